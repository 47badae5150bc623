import { join } from 'node:path';
import { checkerboard } from '@ptychokit/physics';
import * as tf from '@tensorflow/tfjs-core';
import { removeScaleAmbiguity, scannedBox } from '../../packages/iterative/src/constraints/ambiguity.js';
import { illuminationMap } from '../../packages/iterative/src/constraints/illumination.js';
import type { Estimate, IterativeEngine } from '../../packages/iterative/src/engines/engine.js';
import { lsqmlEngine } from '../../packages/iterative/src/engines/lsqml.js';
import { pieEngine } from '../../packages/iterative/src/engines/pie.js';
import { exitFields, type FrameBatch } from '../../packages/iterative/src/engines/propagate.js';
import { objectWindows } from '../../packages/iterative/src/geometry/object-windows.js';
import type { Placements } from '../../packages/iterative/src/geometry/placements.js';
import { complexKernels, scaled } from '../../packages/iterative/src/kernels/complex-kernels.js';
import { toComplexTensor } from '../../packages/iterative/src/kernels/complex-transfer.js';
import { complexError, type ParityCheck, type ParitySuite, relativeError } from './check.js';
import { type Fixture, fixtureSuite } from './fixture.js';
import { readArray } from './npz-array.js';

const GATE = 1e-4;

/** Added to intensities by the reference: in its PIE updates to the data, in the loss it shows to data and model. */
const OFFSET = 1e-7;

/** Settings of the golden runs. */
const PIE = { noise: 'gaussian', mask: undefined, probeStep: 1, overlapNormalised: false } as const;
const ENGINES = {
  epie: () => pieEngine(complexKernels(), { ...PIE, rule: 'epie', alphaObject: 0.9, alphaProbe: 0.8, objectStep: 1 }),
  rpie: () => pieEngine(complexKernels(), { ...PIE, rule: 'rpie', alphaObject: 0.3, alphaProbe: 0.4, objectStep: 0.5, probeStep: 0.5 }),
  lsqml: () => lsqmlEngine(complexKernels(), { noise: 'gaussian', mask: undefined, objectStep: 1, probeStep: 1, smoothness: 0 }),
} as const;
type Name = keyof typeof ENGINES;

/** Every state of every minibatch of three engines, made by an independent program in double precision. */
export const iterativeParity: ParitySuite = async (golden) => {
  const checks: ParityCheck[] = [];
  for (const name of Object.keys(ENGINES) as Name[])
    checks.push(...(await fixtureSuite([`golden_${name}.npz`], (fixture) => followRun(fixture, name))(golden)));
  return checks;
};

/** What all runs start from. */
interface Start {
  readonly estimate: Estimate;
  readonly batches: readonly FrameBatch[];
  readonly starts: { readonly rows: Int32Array; readonly columns: Int32Array };
  readonly size: { readonly height: number; readonly width: number };
  readonly box: ReturnType<typeof scannedBox>;
  readonly largestSum: number;
  readonly totalCounts: number;
  readonly N: number;
}

function readStart(folder: string, offset: number): Start {
  const kernels = complexKernels();
  const read = (name: string) => readArray(join(folder, 'golden_input.npz'), name);
  const intensity = read('intensity');
  const [count = 0, , N = 0] = intensity.shape;
  const [height = 0, width = 0] = read('object0').shape;
  const [positions, startYx] = [read('pos_yx').data, read('patch_start_yx').data];
  const at = (values: ArrayLike<number>, axis: 0 | 1): number[] => Array.from({ length: count }, (_, j) => values[2 * j + axis] as number);
  const fraction = (axis: 0 | 1): number[] => at(positions, axis).map((value) => value - roundHalfEven(value));
  const starts = { rows: Int32Array.from(at(startYx, 0)), columns: Int32Array.from(at(startYx, 1)) };
  const [fractionY, fractionX] = [fraction(0), fraction(1)];
  // The reference adds this before it takes roots, so that its gradients stay finite.
  const amplitudes = Float32Array.from(intensity.data, (counts) => Math.sqrt(counts + offset));
  const members = read('batches');
  const perBatch = members.shape[1] as number;
  const batches = Array.from({ length: members.shape[0] as number }, (_, b): FrameBatch => {
    const indices = Int32Array.from({ length: perBatch }, (_, i) => members.data[b * perBatch + i] as number);
    const placements: Placements = {
      rows: indices.map((j) => starts.rows[j] as number),
      columns: indices.map((j) => starts.columns[j] as number),
      fractionX: Float64Array.from(indices, (j) => fractionX[j] as number),
      fractionY: Float64Array.from(indices, (j) => fractionY[j] as number),
    };
    const frames = new Float32Array(perBatch * N * N);
    for (const [i, j] of indices.entries()) frames.set(amplitudes.subarray(j * N * N, (j + 1) * N * N), i * N * N);
    const windows = objectWindows(kernels, placements, { side: N, height, width });
    return { indices, amplitudes: tf.tensor4d(frames, [perBatch, 1, N, N]), placements, windows };
  });
  const sums = Array.from({ length: count }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < N * N; i++) sum += intensity.data[j * N * N + i] as number;
    return sum;
  });
  const estimate = { object: complexOf(read('object0')), probe: centred(complexOf(read('probe0')), N) };
  const box = scannedBox({ x: add(starts.columns, fractionX), y: add(starts.rows, fractionY) }, N);
  const size = { height, width };
  const total = sums.reduce((a, b) => a + b, 0);
  return { estimate, batches, starts, size, box, largestSum: Math.max(...sums), totalCounts: total, N };
}

const add = (whole: Int32Array, rest: readonly number[]): number[] => Array.from(whole, (value, j) => value + (rest[j] as number));

const roundHalfEven = (value: number): number => {
  const down = Math.floor(value);
  if (value - down !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
};

const complexOf = ({ shape, data }: { readonly shape: readonly number[]; readonly data: ArrayLike<number> }): tf.Tensor =>
  toComplexTensor(complexKernels(), { shape, data: Float32Array.from(data) });

/** Multiplied by the checkerboard, with an axis of modes; its own inverse. */
function centred(probe: tf.Tensor, N: number): tf.Tensor {
  const kernels = complexKernels();
  return tf.reshape(kernels.multiply(probe, kernels.fromReal(checkerboard(N))), [-1, N, N]);
}

const numbersOf = (value: tf.Tensor): Float32Array => complexKernels().parts(value).dataSync<'float32'>();

function followRun(fixture: Fixture, name: Name): readonly ParityCheck[] {
  const start = readStart(fixture.folder, name === 'lsqml' ? 0 : OFFSET);
  const engine = ENGINES[name]();
  const checks: ParityCheck[] = [];
  const compare = (key: string, measured: ArrayLike<number>, errorOf = complexError): void => {
    if (!fixture.names.includes(key)) return;
    checks.push(fixture.check(key, { error: errorOf(measured, fixture.read(key).data), gate: GATE }));
  };
  const epochs = new Set(fixture.matching(/^e(\d+)_end_object$/).map(([, epoch]) => Number(epoch))).size;
  let { estimate } = start;
  let illumination = firstIllumination(start, estimate.probe);
  for (let epoch = 0; epoch < epochs; epoch++) {
    if (epoch > 0) illumination = tf.div(tf.add(illumination, lightOf(start, estimate.probe)), 2);
    compare(`e${epoch}_preconditioner`, illumination.dataSync(), relativeError);
    const offset = name === 'lsqml' ? 0 : OFFSET;
    const epochRun = { start, engine, illumination, epoch, compare, offset, rescales: name === 'lsqml' && epoch === 0 };
    estimate = runEpoch(epochRun, estimate);
    if (epoch % 10 === 0) estimate = removeScaleAmbiguity(complexKernels(), estimate, { illumination, box: start.box });
    compareEstimate(compare, `e${epoch}_end`, estimate, start.N);
  }
  return checks;
}

interface EpochRun {
  readonly start: Start;
  readonly engine: IterativeEngine;
  readonly illumination: tf.Tensor;
  readonly epoch: number;
  readonly compare: (key: string, measured: ArrayLike<number>, errorOf?: typeof complexError) => void;
  /** What was added to the intensities. */
  readonly offset: number;
  /** Measures only, and scales the probe to the counts at the end. */
  readonly rescales: boolean;
}

function runEpoch({ start, engine, illumination, epoch, compare, offset, rescales }: EpochRun, first: Estimate): Estimate {
  let estimate = first;
  let [loss, modelled] = [0, 0];
  start.batches.forEach((batch, b) => {
    const key = `e${epoch}b${b}`;
    compareWaves({ batch, estimate, compare, key, N: start.N });
    const waves = measure(batch, estimate, offset);
    modelled += waves.counts;
    loss += waves.loss / start.batches.length;
    const context = { illumination, share: 1 / start.batches.length, updateProbe: true, refinePositions: false };
    const update = engine.update(estimate, batch, context);
    if (!rescales) estimate = update;
    if (update.frameSteps !== undefined && !rescales) {
      compare(`${key}_alpha_o`, update.frameSteps.object, relativeError);
      compare(`${key}_alpha_p`, update.frameSteps.probe, relativeError);
    }
    compareEstimate(compare, key, estimate, start.N);
  });
  compare(`e${epoch}_loss_mse_sqrt`, [loss], relativeError);
  if (!rescales) return estimate;
  return { ...estimate, probe: scaled(complexKernels(), estimate.probe, Math.sqrt(start.totalCounts / modelled)) };
}

/** Counts of the model, and the loss as the reference shows it. */
function measure(batch: FrameBatch, estimate: Estimate, offset: number): { readonly counts: number; readonly loss: number } {
  const kernels = complexKernels();
  const { fields } = exitFields(kernels, batch, estimate);
  const intensity = kernels.real(kernels.multiply(fields, kernels.conjugate(fields)));
  const data = offset > 0 ? batch.amplitudes : tf.sqrt(tf.add(tf.square(batch.amplitudes), OFFSET));
  const loss = tf.mean(tf.squaredDifference(tf.sqrt(tf.add(intensity, OFFSET)), data));
  return { counts: tf.sum(intensity).dataSync()[0] as number, loss: loss.dataSync()[0] as number };
}

interface Waves {
  readonly batch: FrameBatch;
  readonly estimate: Estimate;
  readonly compare: EpochRun['compare'];
  readonly key: string;
  readonly N: number;
}

function compareWaves({ batch, estimate, compare, key, N }: Waves): void {
  const kernels = complexKernels();
  const { probes, patches } = exitFields(kernels, batch, estimate);
  compare(`${key}_psi`, numbersOf(centred(kernels.multiply(probes, patches), N)));
  compare(`${key}_obj_patches`, numbersOf(patches));
  compare(`${key}_shifted_probe`, numbersOf(centred(probes, N)));
}

function compareEstimate(compare: EpochRun['compare'], key: string, { object, probe }: Estimate, N: number): void {
  compare(`${key}_object`, numbersOf(object));
  compare(`${key}_probe`, numbersOf(centred(probe, N)));
}

const lightOf = ({ starts, size }: Start, probe: tf.Tensor): tf.Tensor => illuminationMap(complexKernels(), probe, { ...starts, ...size });

/** The reference mixes the first illumination with one of a probe of another scale. */
function firstIllumination(start: Start, probe: tf.Tensor): tf.Tensor {
  const factor = Math.sqrt(start.largestSum / start.N ** 2) / (2 * start.N);
  const light = lightOf(start, probe);
  return tf.div(tf.add(tf.mul(light, factor ** 2), light), 2);
}
