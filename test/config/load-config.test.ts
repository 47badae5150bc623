import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConfigError,
  ConfigFileError,
  isPtychoError,
  loadExecutionConfig,
  loadInferenceConfig,
  loadStudyDesign,
  loadTrainingConfig,
} from '@ptychokit/config';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ptychokit-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function faultOf(path: string): ConfigFileError {
  try {
    loadTrainingConfig({ file: path });
  } catch (error) {
    if (error instanceof ConfigFileError) return error;
    throw error;
  }
  throw new Error('expected a ConfigFileError');
}

test.each([
  ['run.yaml', 'trainDataFile: scan.npz\nmodel:\n  gridsize: 2\nlearningRate: 5.0e-4\n'],
  ['run.json', '{"trainDataFile": "scan.npz", "model": {"gridsize": 2}, "learningRate": 5e-4}'],
  ['dotted.yaml', 'trainDataFile: scan.npz\nmodel.gridsize: 2\nlearningRate: 0.0005\n'],
])('%s gives a complete configuration', (name, content) => {
  const config = loadTrainingConfig({ file: file(name, content) });
  expect(config).toMatchObject({ trainDataFile: 'scan.npz', learningRate: 5e-4, nepochs: 50, model: { gridsize: 2, N: 64 } });
});

test('Overrides win over the file, nested or dotted, and undefined ones are ignored', () => {
  const path = file('base.yaml', 'trainDataFile: scan.npz\nnepochs: 9\nmodel: { N: 128, gridsize: 2 }\n');
  const config = loadTrainingConfig({
    file: path,
    overrides: { 'model.N': 256, model: { attention: 'cbam' }, nepochs: undefined, seed: 0 },
  });
  expect(config).toMatchObject({ nepochs: 9, seed: 0, model: { N: 256, gridsize: 2, attention: 'cbam' } });
});

test('An alias in the overrides that contradicts the file is reported, not resolved by luck', () => {
  const path = file('epochs.yaml', 'trainDataFile: scan.npz\nnepochs: 9\n');
  expect(() => loadTrainingConfig({ file: path, overrides: { maxEpochs: 3 } })).toThrow(ConfigError);
});

test('The error of an invalid configuration names its file', () => {
  const path = file('bad.yaml', 'trainDataFile: scan.npz\nnepochs: many\n');
  expect(() => loadTrainingConfig({ file: path })).toThrow(`at: ${path}`);
});

test('An empty file holds no fields', () => {
  expect(loadExecutionConfig({ file: file('empty.yaml', '# nothing yet\n') })).toEqual(loadExecutionConfig());
});

test('A missing file is a typed error', () => {
  const fault = faultOf(join(folder, 'absent.yaml'));
  expect(fault).toMatchObject({ code: 'CONFIG_FILE', reason: 'missing', path: join(folder, 'absent.yaml') });
  expect(fault.cause).toBeInstanceOf(Error);
  expect(isPtychoError(fault, 'CONFIG_FILE')).toBe(true);
});

test('A directory in place of a file is a typed error', () => {
  expect(faultOf(folder)).toMatchObject({ reason: 'unreadable', fix: 'give the file itself, not its directory' });
});

test.each([
  ['tab.yaml', 'model:\n\tN: 64\n', /tab\.yaml:2$/],
  ['twice.yaml', 'nepochs: 1\nnepochs: 2\n', /twice\.yaml:2$/],
  ['cut.json', '{"nepochs": ', /cut\.json$/],
  ['list.yaml', '- 1\n', /list\.yaml$/],
  ['text.json', '"text"', /text\.json$/],
])('%s is no mapping of fields', (name, content, where) => {
  const fault = faultOf(file(name, content));
  expect(fault.reason).toBe('invalid');
  expect(fault.where).toMatch(where);
});

test('The other configurations load the same way', () => {
  expect(loadInferenceConfig({ overrides: { modelPath: 'm', testDataFile: 's.npz', stitchSize: 20 } }).stitchSize).toBe(20);
  expect(loadStudyDesign({ file: file('design.yaml', 'doses: [100]\nseeds: { grouping: 0 }\n') })).toMatchObject({
    doses: [100],
    seeds: { simulation: 42, grouping: 0 },
  });
});
