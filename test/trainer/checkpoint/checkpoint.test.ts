import { expect, it } from 'vitest';
import { differingFields } from '../../../packages/trainer/src/checkpoint/checkpoint.js';
import { tinyConfig } from '../../support/tiny-config.js';

it.each<[Record<string, unknown>, string[]]>([
  [{}, []],
  [{ learningRate: 2 }, ['learningRate']],
  [{ 'model.ampMax': 2, nepochs: 9, nphotons: 1e5 }, ['model.ampMax', 'nepochs', 'nphotons']],
  [{ trainDataFile: 'a.npz', testDataFile: 'b.npz', outputDir: 'c', debug: true }, []], // places, not settings
])('Configurations with %o changed differ in %j', (overrides, expected) => {
  expect(differingFields(tinyConfig(), tinyConfig(overrides)).sort()).toEqual(expected);
});

it.each<[unknown, unknown, string[]]>([
  [{ a: 1 }, { b: 1 }, ['a', 'b']],
  [{ a: { b: 1, c: [1, 2] } }, { a: { b: 1, c: [1, 3] } }, ['a.c']],
  [{ a: { b: 1 } }, { a: null }, ['a']],
  [{ a: { debug: 1 } }, { a: { debug: 2 } }, ['a.debug']], // only at the top a place
])('%j and %j differ in %j', (a, b, expected) => {
  expect(differingFields(a, b)).toEqual(expected);
});

it('A configuration that went through JSON is the same', () => {
  const config = tinyConfig({ learningRate: 0.1 + 0.2, nphotons: 1 / 3 });
  expect(differingFields(JSON.parse(JSON.stringify(config)), config)).toEqual([]);
});
