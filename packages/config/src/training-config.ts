import * as z from 'zod';
import type { DeepReadonly } from './deep-readonly.js';
import { field, type Rule, renamed, requiredField, withRules } from './field.js';
import { lazyShape } from './lazy-shape.js';
import { modelConfigSchema } from './model-config.js';

const path = z.string().min(1);
const weight = z.number().min(0);
const count = z.int().min(1);
const seed = z.int();

const trainingFields = z.strictObject(
  lazyShape(() => ({
    model: modelConfigSchema.prefault({}),
    trainDataFile: requiredField(path, { doc: 'Scan file to train on.', cli: true }),
    testDataFile: field(path.nullable(), { default: null, cli: true, doc: 'Scan file to evaluate on after training; null for none.' }),
    outputDir: field(path, { default: 'outputs', cli: true, doc: 'Directory for the model archive, checkpoints and logs.' }),
    batchSize: field(count, { default: 8, unit: 'groups', cli: true, doc: 'Groups per optimiser step.' }),
    nepochs: field(count, {
      default: 50,
      unit: 'epochs',
      cli: true,
      doc: 'Passes over the training data.',
      aliases: [renamed('maxEpochs')],
    }),
    maeWeight: field(weight.nullable(), {
      default: null,
      cli: true,
      doc: 'Weight of the mean absolute error of the diffraction amplitude; null: 0, or with nllWeight null too what suits the dose.',
    }),
    nllWeight: field(weight.nullable(), {
      default: null,
      cli: true,
      doc: 'Weight of the Poisson negative log likelihood of the counts; null: 0, or with maeWeight null too what suits the dose.',
    }),
    realspaceMaeWeight: field(weight, { default: 0, doc: 'Weight of the mean absolute error to the true patches.' }),
    realspaceWeight: field(weight, { default: 0, doc: 'Weight of the total variation of the complex object.' }),
    nphotons: field(z.number().positive().nullable(), {
      default: null,
      unit: 'photons per frame',
      cli: true,
      doc: 'Mean dose that the amplitudes stand for; null takes it from the data.',
    }),
    nGroups: field(count.nullable(), {
      default: null,
      unit: 'groups',
      cli: true,
      doc: 'Number of groups; null makes one per image.',
      aliases: [renamed('nImages')],
    }),
    nSubsample: field(count.nullable(), { default: null, unit: 'images', cli: true, doc: 'Images drawn before grouping; null uses all.' }),
    subsampleSeed: field(seed.nullable(), { default: null, cli: true, doc: 'Seed of that draw; null derives it from seed.' }),
    neighborCount: field(count, {
      default: 7,
      unit: 'images',
      cli: true,
      doc: 'Nearest neighbours a group may draw from (K).',
      aliases: [renamed('neighbourCount')],
    }),
    positionsProvided: field(z.boolean(), {
      default: true,
      doc: 'Carried in the flat parameters; positions always come from the scan file.',
    }),
    sequentialSampling: field(z.boolean(), {
      default: false,
      cli: true,
      doc: 'Takes the first images in file order instead of a random choice.',
    }),
    seed: field(seed, { default: 42, cli: true, doc: 'Seed of initialisation, shuffling, grouping and the validation split.' }),
    validationFraction: field(z.number().min(0).lt(1), { default: 0.05, doc: 'Fraction of the groups held out for the validation loss.' }),
    learningRate: field(z.number().positive(), { default: 1e-3, cli: true, doc: 'Peak learning rate of the optimiser.' }),
    schedule: field(z.enum(['constant', 'exponential', 'cosine', 'plateau']), {
      default: 'cosine',
      cli: true,
      doc: 'How the learning rate falls over the run.',
      aliases: [renamed('scheduler')],
    }),
    warmupEpochs: field(z.int().min(0), { default: 0, unit: 'epochs', doc: 'Epochs over which the learning rate rises from zero.' }),
    gradientClip: field(z.number().positive().nullable(), { default: null, doc: 'Largest global norm of a gradient; null for no limit.' }),
    accumulateGradBatches: field(count, {
      default: 1,
      unit: 'batches',
      cli: true,
      doc: 'Batches whose gradients make one optimiser step.',
    }),
    earlyStopPatience: field(count.nullable(), {
      default: null,
      unit: 'epochs',
      cli: true,
      doc: 'Epochs without improvement after which training stops; null never stops early.',
    }),
    debug: field(z.boolean(), { default: false, doc: 'Carried in the flat parameters; changes nothing here.' }),
  })),
);

type Fields = z.output<typeof trainingFields>;

const rules: readonly Rule<Fields>[] = [
  {
    needs: ['model.gridsize', 'neighborCount'],
    holds: ({ model, neighborCount }) => neighborCount >= model.gridsize ** 2,
    issue: ({ model: { gridsize }, neighborCount }) => ({
      key: 'neighborCount',
      expected: `at least gridsize^2 = ${gridsize ** 2} for gridsize ${gridsize} (OVERSAMPLING-001)`,
      got: String(neighborCount),
      fix: `set neighborCount to ${gridsize ** 2} or more, or lower model.gridsize`,
    }),
  },
  {
    needs: ['model.modelType', 'nllWeight', 'maeWeight', 'realspaceMaeWeight'],
    holds: ({ model, nllWeight, maeWeight, realspaceMaeWeight }) =>
      model.modelType === 'supervised' ||
      (nllWeight === null && maeWeight === null) ||
      (nllWeight ?? 0) + (maeWeight ?? 0) + realspaceMaeWeight > 0,
    issue: () => ({
      key: 'nllWeight',
      expected: 'a positive weight for at least one of nllWeight, maeWeight, realspaceMaeWeight',
      got: '0 for all three',
      fix: 'set nllWeight to 1; the total variation (realspaceWeight) compares with no data and cannot train alone',
    }),
  },
  {
    needs: ['model.modelType', 'model.probeTrainable', 'model.intensityScaleTrainable'],
    holds: ({ model }) => model.modelType !== 'supervised' || !(model.probeTrainable || model.intensityScaleTrainable),
    issue: ({ model }) => ({
      key: model.probeTrainable ? 'model.probeTrainable' : 'model.intensityScaleTrainable',
      expected: "false for modelType 'supervised', whose loss does not contain the forward model",
      got: 'true',
      fix: "set it to false, or use modelType 'pinn'",
    }),
  },
  {
    needs: ['warmupEpochs', 'nepochs'],
    holds: ({ warmupEpochs, nepochs }) => warmupEpochs <= nepochs,
    issue: ({ warmupEpochs, nepochs }) => ({
      key: 'warmupEpochs',
      expected: `at most nepochs = ${nepochs}`,
      got: String(warmupEpochs),
      fix: 'lower warmupEpochs or raise nepochs',
    }),
  },
];

/** One training run: data, sampling, losses, optimiser. */
export const trainingConfigSchema = withRules(trainingFields, rules);

/** A validated, frozen training configuration. */
export type TrainingConfig = DeepReadonly<Fields>;
