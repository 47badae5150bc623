import { Random } from '@ptychokit/config';
import { describe, expect, it } from 'vitest';
import { convSpecs, initialParameters, type ParameterSpec, sizeOf } from '../../../packages/trainer/src/models/parameters.js';

const only = (spec: ParameterSpec, seed = 1): Float32Array => initialParameters([spec], new Random(seed)).get(spec.name) as Float32Array;
const rms = (values: Float32Array): number => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);

it('A scalar has one value', () => {
  expect([sizeOf([]), sizeOf([4]), sizeOf([3, 3, 2, 5])]).toEqual([1, 4, 90]);
});

describe('convSpecs', () => {
  it('names kernel and bias and counts what a neuron sees', () => {
    expect(convSpecs('a', { size: 3, in: 2, out: 5 }, { kind: 'he' })).toEqual([
      { name: 'a/kernel', shape: [3, 3, 2, 5], initialiser: { kind: 'he', fanIn: 18, fanOut: 45 } },
      { name: 'a/bias', shape: [5], initialiser: { kind: 'constant', value: 0 } },
    ]);
  });

  it.each([
    [null, undefined],
    [0.25, 0.25],
  ])('takes the bias %s', (bias, expected) => {
    const [, spec] = convSpecs('a', { size: 1, in: 1, out: 1 }, { kind: 'glorot', bias });
    expect(spec?.initialiser).toEqual(expected === undefined ? undefined : { kind: 'constant', value: expected });
  });
});

describe('Starting values', () => {
  const big = (kind: 'he' | 'glorot'): ParameterSpec => ({ name: kind, shape: [50, 100], initialiser: { kind, fanIn: 50, fanOut: 250 } });

  it('for layers with ReLU are normal with variance 2 / fan-in', () => {
    const values = only(big('he'));
    expect(rms(values)).toBeCloseTo(Math.sqrt(2 / 50), 2);
    expect(Math.abs(values.reduce((a, b) => a + b, 0) / values.length)).toBeLessThan(0.01);
    expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(3 * 0.2); // normal, not uniform
  });

  it('for heads are uniform with variance 2 / (fan-in + fan-out)', () => {
    const values = only(big('glorot'));
    expect(rms(values)).toBeCloseTo(Math.sqrt(2 / 300), 2);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.sqrt(6 / 300));
    expect(Math.max(...values)).toBeGreaterThan(0.99 * Math.sqrt(6 / 300));
    expect(Math.min(...values)).toBeLessThan(-0.99 * Math.sqrt(6 / 300));
  });

  it('may be given, and are then copied', () => {
    const given = Float32Array.of(1, 2, 3);
    const values = only({ name: 'probe/re', shape: [3], initialiser: { kind: 'values', values: given } });
    expect(values).toEqual(given);
    values[0] = 9;
    expect(given[0]).toBe(1);
  });

  const small: ParameterSpec = { ...big('he'), shape: [50] };

  it.each([0, 1, -7, 42])('are reproducible for the seed %i', (seed) => {
    expect(Array.from(only(small, seed))).toEqual(Array.from(only(small, seed)));
  });

  it('differ between seeds, 0 included, and between parameters', () => {
    const drawn = [0, 1, 2].map((seed) => only(small, seed)[0]);
    expect(new Set(drawn).size).toBe(3);
    expect(only({ ...small, name: 'other' })[0]).not.toBe(only(small)[0]);
  });

  it('of a parameter do not depend on the others', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ ...small, name })) as [ParameterSpec, ParameterSpec, ParameterSpec];
    const all = initialParameters([c, a, b], new Random(3));
    expect(all.get('a')).toEqual(initialParameters([a], new Random(3)).get('a'));
    expect(all.get('b')).toEqual(initialParameters([b, a], new Random(3)).get('b'));
  });
});
