import { Random } from '@ptychokit/config';
import { extractPatches as cutPatches } from '@ptychokit/memmap-bridge';
import { type ComplexPair, toPair } from '@ptychokit/physics';
import { abs, grads, max, mul, ones, slice, sub, sum, type Tensor, type Tensor4D, tensor, zeros } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { LOG_INTENSITY_SCALE, PROBE_IM, PROBE_RE } from '../../../packages/trainer/src/models/definition.js';
import {
  currentProbe,
  illuminatedPatches,
  type ModelState,
  mergeOptions,
  networkPatches,
  predictStandardisedIntensity,
} from '../../../packages/trainer/src/models/pinn.js';
import { Weights } from '../../../packages/trainer/src/models/weights.js';
import { maxDifference, randomPair, randomTensor } from '../../contract/operator.js';
import { stateOf, tinyModel, withoutKernels } from '../tiny-model.js';

const N = 64;

function stateFor(config: Record<string, unknown>, canvasSize = 76): ModelState {
  const model = tinyModel({ config: { neighborCount: 9, ...config }, canvasSize });
  return stateOf(model, { values: withoutKernels(model) });
}

/** Offsets of B groups of 4 within 6 pixels, their mean zero. */
function offsets(groups: number): Float32Array {
  const random = new Random(3);
  return Float32Array.from(
    Array.from({ length: groups }, () => {
      const free = Array.from({ length: 8 }, () => 8 * (random.uniform() - 0.5));
      const mean = (axis: 0 | 1): number => [0, 2, 4, 6].reduce((total, i) => total + (free[i + axis] as number) / 4, 0);
      return free.map((value, i) => value - mean((i % 2) as 0 | 1));
    }).flat(),
  );
}

describe('One frame per group', () => {
  it.each(['merged', 'single', 'independent'])('is illuminated as the network gives it in mode %s', (objectMode) => {
    const patches = randomPair([2, 1, N, N], new Random(1));
    expect(illuminatedPatches(patches, new Float32Array(4), stateFor({ 'model.objectMode': objectMode }))).toBe(patches);
  });
});

describe('Four frames per group', () => {
  it('exchange nothing in mode independent', () => {
    const patches = randomPair([2, 4, N, N], new Random(1));
    expect(illuminatedPatches(patches, offsets(2), stateFor({ 'model.gridsize': 2, 'model.objectMode': 'independent' }))).toBe(patches);
  });

  it.each(['centre', 'probe'])('exchange in mode merged with weights %s, but never between groups', (mergeWeights) => {
    const state = stateFor({ 'model.gridsize': 2, 'model.objectMode': 'merged', 'model.mergeWeights': mergeWeights });
    const target = (part: Tensor): Tensor => slice(part, [0, 0, 24, 24], [1, 1, 16, 16]); // first frame of the first group
    const [gradient] = grads((re: Tensor) => sum(target(illuminatedPatches({ re, im: zeros([2, 4, N, N]) }, offsets(2), state).re)))([
      randomTensor([2, 4, N, N], new Random(2)),
    ]) as [Tensor];
    const reach = sum(abs(gradient), [2, 3]).arraySync() as number[][];
    for (const own of reach[0] as number[]) expect(own).toBeGreaterThan(1);
    expect(reach[1]).toEqual([0, 0, 0, 0]);
  });

  it('come back unchanged in mode merged when they agree on the object', () => {
    const q = offsets(1);
    const side = 100;
    const smooth = Float32Array.from({ length: 2 * side * side }, (_, i) => Math.cos((i % (2 * side)) / 40) + Math.sin(i / (60 * side)));
    const at = (axis: 0 | 1): Float64Array => Float64Array.from([0, 1, 2, 3], (k) => side / 2 + (q[2 * k + axis] as number));
    const object = { shape: [side, side], data: smooth };
    const { data } = cutPatches(object, { xs: at(0), ys: at(1), size: N });
    const consistent = toPair({ shape: [1, 4, N, N], data });
    const state = stateFor({ 'model.gridsize': 2, 'model.mergeWeights': 'centre' });
    const back = illuminatedPatches(consistent, q, state);
    const centre = (part: Tensor): Tensor => slice(part, [0, 0, 24, 24], [1, 4, 16, 16]);
    // Interpolating twice blurs by a curvature, and the divisor of the merge takes a thousandth.
    for (const part of ['re', 'im'] as const) expect(maxDifference(centre(back[part]), centre(consistent[part]))).toBeLessThan(0.01);
  });

  it('share one patch in mode single', () => {
    const patch = randomPair([1, 1, N, N], new Random(4));
    const q = Float32Array.of(0, 0, 2, 0, 0, -3, -2, 3);
    const moved = illuminatedPatches(patch, q, stateFor({ 'model.gridsize': 2, 'model.objectMode': 'single' }));
    expect(moved.re.shape).toEqual([1, 4, N, N]);
    const frame = (index: number, row: number, column: number): Tensor => slice(moved.re, [0, index, row, column], [1, 1, 40, 40]);
    const source = (row: number, column: number): Tensor => slice(patch.re, [0, 0, row, column], [1, 1, 40, 40]);
    expect(maxDifference(frame(0, 10, 10), source(10, 10))).toBe(0);
    expect(maxDifference(frame(1, 10, 10), source(10, 12))).toBe(0);
    expect(maxDifference(frame(2, 10, 10), source(7, 10))).toBe(0);
    expect(maxDifference(frame(3, 10, 10), source(13, 8))).toBe(0);
  });
});

describe('networkPatches', () => {
  it('shows the network the standardised amplitude', () => {
    const frames = abs(randomTensor([1, 1, N, N], new Random(5))) as Tensor4D;
    const of = (inputScale: number, input: Tensor4D): ComplexPair => {
      const model = tinyModel({ scales: { inputScale } });
      const state = stateOf(model);
      return networkPatches(input, state.weights, state.context);
    };
    expect(maxDifference(of(0.25, frames).re, of(1, mul(frames, 0.25)).re)).toBe(0);
    expect(maxDifference(of(0.25, frames).re, of(1, frames).re)).toBeGreaterThan(1e-3);
  });

  it('keeps frames and channels in their places', () => {
    const model = tinyModel({ config: { 'model.gridsize': 2 } });
    const values = new Map(withoutKernels(model));
    values.set('phase/centre/bias', Float32Array.of(0, 0.1, 0.2, 0.3));
    const state = stateOf(model, { values });
    const { re, im } = networkPatches(zeros([2, 4, N, N]), state.weights, state.context);
    expect(re.shape).toEqual([2, 4, N, N]);
    const angles = im.atan2(re).slice([0, 0, 32, 32], [2, 4, 1, 1]).reshape([2, 4]).arraySync() as number[][];
    for (const sample of angles) sample.forEach((angle, j) => { expect(angle).toBeCloseTo(Math.PI * Math.tanh(0.1 * j), 5); }); // biome-ignore format: short
  });
});

describe('The predicted intensity', () => {
  const flat = (): ComplexPair => ({ re: ones([2, 1, N, N]), im: zeros([2, 1, N, N]) });
  const perFrame = (intensity: Tensor): number[] => sum(intensity, [1, 2, 3]).arraySync() as number[];

  it('of an object of modulus 1 has the power (N/2)^2 (NORMALIZATION-001)', () => {
    for (const total of perFrame(predictStandardisedIntensity(flat(), stateFor({})))) expect(total).toBeCloseTo(32 ** 2, 1);
  });

  it('grows with the square of a trained intensity scale', () => {
    const state = stateFor({ 'model.intensityScaleTrainable': true });
    const of = (logScale: number): number => {
      const scaled = stateOf(state.context.model, {
        values: new Map([...withoutKernels(state.context.model), [LOG_INTENSITY_SCALE, Float32Array.of(logScale)]]),
      });
      return perFrame(predictStandardisedIntensity(flat(), scaled))[0] as number;
    };
    expect(of(Math.log(3)) / of(0)).toBeCloseTo(9, 4);
  });

  it('has a gradient for the probe only where the probe is trained', () => {
    const state = stateFor({ 'model.probeTrainable': true });
    const gradient = grads((re: Tensor) => {
      const weights = new Weights({ [PROBE_RE]: re, [PROBE_IM]: state.weights.get(PROBE_IM) });
      return sum(predictStandardisedIntensity(flat(), { ...state, weights }));
    })([state.weights.get(PROBE_RE)])[0] as Tensor;
    // d/dP of sum |F(P O)|^2 = 2 P |O|^2, two frames
    expect(maxDifference(gradient, mul(state.weights.get(PROBE_RE), 4))).toBeLessThan(1e-3);
  });
});

describe('The weights of a merge', () => {
  it('are the probe intensity, normalised to 1, without a gradient', () => {
    const state = stateFor({ 'model.gridsize': 2, 'model.probeTrainable': true });
    const { weights, divisorOffset } = mergeOptions(state);
    expect(divisorOffset).toBe(0);
    expect(max(sub(weights, 1).abs()).dataSync()[0]).toBeLessThan(1e-6); // the tiny probe is flat
    const of = (re: Tensor): Tensor => {
      const trained = new Weights({ [PROBE_RE]: re, [PROBE_IM]: state.weights.get(PROBE_IM) });
      return sum(mul(mergeOptions({ ...state, weights: trained }).weights, re));
    };
    const [gradient] = grads(of)([mul(ones([N, N]), 3)]) as [Tensor];
    expect(maxDifference(gradient, ones([N, N]))).toBeLessThan(1e-6); // the weights are all 1, and constant
  });

  it('are the central square where asked for', () => {
    const { weights, divisorOffset } = mergeOptions(stateFor({ 'model.gridsize': 2, 'model.mergeWeights': 'centre' }));
    expect(sum(weights).dataSync()[0]).toBe(32 * 32);
    expect(divisorOffset).toBe(0.001);
  });

  it('of the probe leave a flat object as it is, to the last pixel that carries weight', () => {
    const state = stateFor({ 'model.gridsize': 2 });
    const flat = { re: mul(ones([1, 4, N, N]), 2), im: ones([1, 4, N, N]) };
    const { re, im } = illuminatedPatches(flat, new Float32Array(8), state);
    expect(max(sub(re, 2).abs()).dataSync()[0]).toBeLessThan(1e-5);
    expect(max(sub(im, 1).abs()).dataSync()[0]).toBeLessThan(1e-5);
  });
});

describe('currentProbe', () => {
  it('is the constant one, or the trained one after its filters', () => {
    const fixed = stateFor({});
    expect(currentProbe(fixed.weights, fixed.context)).toBe(fixed.context.probe);
    const masked = stateFor({ 'model.probeTrainable': true, 'model.probeMask': true });
    const { re } = currentProbe(masked.weights, masked.context);
    expect((re.sum().dataSync()[0] as number) / (0.5 * Math.PI * 16 ** 2)).toBeCloseTo(1, 1);
    expect(tensor(re.dataSync()).max().dataSync()[0]).toBe(0.5);
  });
});

it('A model with a mean frame sees what is left of the amplitudes without it', () => {
  const random = new Random(5);
  const meanFrame = Array.from({ length: N * N }, () => Math.fround(random.uniform()));
  const centred = tinyModel({ scales: { inputScale: 2, meanFrame } });
  const plain = tinyModel({ scales: { inputScale: 2 } });
  const frames = randomTensor([2, 1, N, N], random) as Tensor4D;
  const see = (model: typeof plain, x: Tensor4D) => {
    const { weights, context } = stateOf(model);
    return networkPatches(x, weights, context).re;
  };
  const rest = sub(frames, tensor(meanFrame, [1, 1, N, N])) as Tensor4D;
  expect(maxDifference(see(centred, frames), see(plain, rest))).toBe(0);
  expect(maxDifference(see(centred, frames), see(plain, frames))).toBeGreaterThan(1e-4);
});
