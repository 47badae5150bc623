import { describeFields, executionConfigSchema, loadTrainingConfig, trainingConfigSchema } from '@ptychokit/config';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addFieldOptions, fieldOptions, overridesFrom } from '../../../packages/study/src/cli/field-options.js';
import { normaliseArgv } from '../../../packages/study/src/cli/normalise-argv.js';

const training = fieldOptions(describeFields(trainingConfigSchema), ['trainDataFile']);
const execution = fieldOptions(describeFields(executionConfigSchema));

function parse(...argv: string[]) {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addFieldOptions(command, training, { group: 'Training:', fromFile: true });
  addFieldOptions(command, execution, { group: 'Execution:', fromFile: false });
  command.parse(normaliseArgv(argv), { from: 'user' });
  return { ...overridesFrom(command.opts(), training), ...overridesFrom(command.opts(), execution) };
}

describe('flags of configuration fields', () => {
  it.each([
    ['--n-filters-scale 2', { 'model.nFiltersScale': 2 }],
    ['--batch_size 4', { batchSize: 4 }],
    ['--max-epochs 7', { nepochs: 7 }],
    ['--nll-weight 0 --mae-weight 1.5', { nllWeight: 0, maeWeight: 1.5 }],
    ['--learning-rate 1e-4', { learningRate: 1e-4 }],
    ['--nphotons 1e9', { nphotons: 1e9 }],
    ['--nphotons none', { nphotons: null }],
    ['--seed -3', { seed: -3 }],
    ['--n 128', { 'model.N': 128 }],
    ['--object-mode single', { 'model.objectMode': 'single' }],
    ['--probe-trainable', { 'model.probeTrainable': true }],
    ['--no-probe-big', { 'model.probeBig': false }],
    ['--logger none', { logger: 'none' }],
    ['--deterministic --num-workers 0 --accelerator cpu', { deterministic: true, numWorkers: 0, accelerator: 'cpu' }],
    ['--disable-checkpointing', { enableCheckpointing: false }],
    ['--enable-checkpointing', { enableCheckpointing: true }],
    ['--no-resume', { resume: false }],
    ['--checkpoint-save-top-k 2', { checkpointSaveTopK: 2 }],
  ])('%s', (line, expected) => {
    expect(parse(...line.split(' '))).toEqual(expected);
  });

  it('say nothing about fields that were not given', () => {
    expect(parse()).toEqual({});
  });

  it('leave a value of the wrong kind to the configuration, which reports all of them', () => {
    const overrides = parse('--batch-size', 'many', '--gridsize', '9');
    expect(() => loadTrainingConfig({ overrides: { trainDataFile: 'scan.npz', ...overrides } })).toThrow(
      /2 problems[\s\S]*gridsize[\s\S]*batchSize/,
    );
  });

  it('cover every field with a name of its own', () => {
    const flags = [...training, ...execution].map(({ flag }) => flag);
    expect(new Set(flags).size).toBe(flags.length);
  });
});
