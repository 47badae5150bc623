import * as z from 'zod';
import type { DeepReadonly } from './deep-readonly.js';
import { field, renamed, requiredField } from './field.js';
import { lazyShape } from './lazy-shape.js';

const path = z.string().min(1);
const count = z.int().min(1);
const factor = z.number().min(0).max(10);

/** Iterative reconstruction of one scan. */
export const solveConfigSchema = z.strictObject(
  lazyShape(() => ({
    scanFile: requiredField(path, { doc: 'Scan file to reconstruct.', aliases: [renamed('scan')] }),
    outputDir: field(path, { default: 'outputs', cli: true, doc: 'Directory for object, probe, positions, curves and figures.' }),
    engine: field(z.enum(['lsqml', 'epie', 'rpie']), {
      default: 'lsqml',
      cli: true,
      doc: 'Algorithm: least squares with maximum-likelihood directions, or a ptychographical iterative engine.',
    }),
    epochs: field(count, {
      default: 100,
      unit: 'epochs',
      cli: true,
      doc: 'Passes over all frames; --epochs is the same.',
      aliases: [renamed('nepochs'), renamed('maxEpochs')],
    }),
    batchSize: field(count.nullable(), {
      default: null,
      unit: 'frames',
      cli: true,
      doc: 'Frames per update; null means 16; for lsqml 96 below 100 and 8 from 10000 counts per pixel.',
    }),
    batching: field(z.enum(['random', 'uniform', 'compact']), {
      default: 'random',
      cli: true,
      doc: 'How frames come together in a batch: anew in every epoch, spread over the scan, or neighbours.',
    }),
    noiseModel: field(z.enum(['auto', 'gaussian', 'poisson']), {
      default: 'auto',
      cli: true,
      doc: 'Likelihood of the counts; auto takes poisson where a pixel counts less than three photons on average.',
    }),
    nphotons: field(z.number().positive().nullable(), {
      default: null,
      unit: 'photons per frame',
      cli: true,
      doc: 'Scale of amplitudes that are not square roots of counts; null takes what the file states, else the amplitudes as they are.',
    }),
    smoothness: field(z.number().min(0).nullable(), {
      default: null,
      cli: true,
      doc: 'Weight of the edge-preserving smoothness prior in counts; its pull fades as the dose grows; null means the default, 0 none.',
    }),
    totalVariation: field(z.number().min(0), {
      default: 0,
      cli: true,
      doc: 'Weight of total-variation denoising of the object after every epoch.',
    }),
    objectStep: field(factor.nullable(), {
      default: null,
      cli: true,
      doc: 'Factor on object updates; null means 1, but 1.5 for lsqml from 10000 counts per pixel.',
    }),
    probeStep: field(factor.nullable(), {
      default: null,
      cli: true,
      doc: 'Factor on probe updates; null means 1, but 2 for lsqml from 10000 counts per pixel.',
    }),
    alphaObject: field(z.number().positive().max(1).nullable(), {
      default: null,
      cli: true,
      doc: 'Regularisation of ePIE and rPIE object updates; null means 1 for epie, 0.1 for rpie.',
    }),
    alphaProbe: field(z.number().positive().max(1).nullable(), { default: null, cli: true, doc: 'The same for probe updates.' }),
    averagedShare: field(z.number().min(0).max(0.9).nullable(), {
      default: null,
      cli: true,
      doc: 'Share of the epochs, at the end, whose objects are averaged; null means 0.2.',
    }),
    momentum: field(z.number().min(0).max(1), {
      default: 0,
      cli: true,
      doc: 'Gain of the acceleration by past epochs; 0 is none.',
    }),
    probeModes: field(count.nullable(), {
      default: null,
      unit: 'modes',
      cli: true,
      doc: 'Incoherent probe modes; null takes those of the file.',
    }),
    optimiseProbe: field(z.boolean(), { default: true, cli: true, doc: 'Refines the probe.' }),
    probeFromEpoch: field(count, { default: 1, unit: 'epoch', cli: true, doc: 'First epoch in which the probe is refined.' }),
    refinePositions: field(z.boolean(), { default: false, cli: true, doc: 'Refines the positions.' }),
    positionsFromEpoch: field(count, { default: 12, unit: 'epoch', cli: true, doc: 'First epoch in which positions are refined.' }),
    positionStep: field(factor, { default: 1, cli: true, doc: 'Factor on position updates.' }),
    positionLimitPx: field(z.number().positive(), {
      default: 0.2,
      unit: 'px',
      cli: true,
      doc: 'Largest change of a position in one epoch.',
    }),
    objectInit: field(z.enum(['ones', 'guess']), {
      default: 'ones',
      cli: true,
      doc: 'Object to start from: ones, or the objectGuess of the file, which must be no truth if the result is to mean anything.',
    }),
    maskFile: field(path.nullable(), {
      default: null,
      cli: true,
      doc: 'NPY file [N, N] with detector pixels that do not count (non-zero); dead and hot pixels that are found are added.',
    }),
    findBadPixels: field(z.boolean(), { default: true, cli: true, doc: 'Looks for dead and hot detector pixels and leaves them out.' }),
    heldOut: field(z.number().min(0).max(0.5), {
      default: 0,
      cli: true,
      doc: 'Share of frames kept out of the updates, whose error then stops the run when it no longer falls.',
    }),
    patience: field(count, { default: 10, unit: 'epochs', cli: true, doc: 'Epochs without a better held-out error before the run stops.' }),
    checkpointEvery: field(count, { default: 10, unit: 'epochs', cli: true, doc: 'Epochs between checkpoints.' }),
    splitHalf: field(z.boolean(), {
      default: false,
      cli: true,
      doc: 'Also reconstructs two halves of the frames separately and correlates the two objects (Fourier ring correlation); doubles the time.',
    }),
    seed: field(z.int(), { default: 0, cli: true, doc: 'Seed of batches and held-out frames.' }),
  })),
);

/** A validated, frozen configuration of an iterative reconstruction. */
export type SolveConfig = DeepReadonly<z.output<typeof solveConfigSchema>>;
