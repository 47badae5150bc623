import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configText, loadTrainingConfig, trainingConfigSchema } from '@ptychokit/config';
import { expect, test } from 'vitest';

test('The text says of every field what it means, and gives the same configuration when it is read', () => {
  const config = loadTrainingConfig({ overrides: { trainDataFile: 'a: b #c.npz', 'model.N': 128, learningRate: 1e-7, nGroups: 5 } });
  const text = configText(trainingConfigSchema, config);
  expect(text).toContain('# Passes over the training data. Unit: epochs.\nnepochs: 50\n');
  expect(text).toContain('  N: 128\n');
  const dir = mkdtempSync(join(tmpdir(), 'ptychokit-text-'));
  try {
    writeFileSync(join(dir, 'config.yaml'), text);
    expect(loadTrainingConfig({ file: join(dir, 'config.yaml') })).toEqual(config);
  } finally {
    rmSync(dir, { recursive: true });
  }
});
