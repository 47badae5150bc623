import * as z from 'zod';
import type { DeepReadonly } from './deep-readonly.js';
import { field, renamed, requiredField } from './field.js';
import { lazyShape } from './lazy-shape.js';

const path = z.string().min(1);
const count = z.int().min(1);

/** Reconstruction of a scan with a trained model. */
export const inferenceConfigSchema = z.strictObject(
  lazyShape(() => ({
    modelPath: requiredField(path, { doc: 'Model archive, or the directory that holds wts.h5.zip.', cli: true }),
    testDataFile: requiredField(path, { doc: 'Scan file to reconstruct.', cli: true, aliases: [renamed('testData')] }),
    outputDir: field(path, { default: 'outputs', cli: true, doc: 'Directory for the stitched object and figures.' }),
    batchSize: field(count, { default: 16, unit: 'groups', cli: true, doc: 'Groups per pass through the network.' }),
    stitchWeights: field(z.enum(['probe', 'uniform']), {
      default: 'probe',
      cli: true,
      doc: 'Weights of the patches in the full object: probe intensity or all equal.',
    }),
    stitchSize: field(count.nullable(), {
      default: null,
      unit: 'px',
      cli: true,
      doc: 'Edge of the central part of a patch that is used; null means N for probe weights, N/2 for uniform ones.',
    }),
    nGroups: field(count.nullable(), {
      default: null,
      unit: 'groups',
      cli: true,
      doc: 'Number of groups; null makes one per image.',
      aliases: [renamed('nImages')],
    }),
    nSubsample: field(count.nullable(), { default: null, unit: 'images', cli: true, doc: 'Images drawn before grouping; null uses all.' }),
    subsampleSeed: field(z.int().nullable(), { default: null, cli: true, doc: 'Seed of that draw; null derives it from seed.' }),
    neighborCount: field(count, {
      default: 7,
      unit: 'images',
      cli: true,
      doc: 'Nearest neighbours a group may draw from (K).',
      aliases: [renamed('neighbourCount')],
    }),
    sequentialSampling: field(z.boolean(), {
      default: false,
      cli: true,
      doc: 'Takes the first images in file order instead of a random choice.',
    }),
    seed: field(z.int(), { default: 42, cli: true, doc: 'Seed of the grouping.' }),
  })),
);

/** A validated, frozen inference configuration. */
export type InferenceConfig = DeepReadonly<z.output<typeof inferenceConfigSchema>>;
