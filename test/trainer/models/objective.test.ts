import { Random } from '@ptychokit/config';
import { amplitude, type ComplexPair } from '@ptychokit/physics';
import { abs, grads, mean, memory, mul, norm, type Scalar, type Tensor, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { startingValues } from '../../../packages/trainer/src/models/definition.js';
import { needsTruth, type ObjectiveInput, sampleLosses } from '../../../packages/trainer/src/models/objective.js';
import {
  illuminatedPatches,
  type ModelState,
  networkPatches,
  predictStandardisedIntensity,
} from '../../../packages/trainer/src/models/pinn.js';
import { Weights } from '../../../packages/trainer/src/models/weights.js';
import { randomPair, randomTensor } from '../../contract/operator.js';
import { stateOf, tinyModel, withoutKernels } from '../tiny-model.js';

const [N, BATCH] = [64, 2];
const SCALES = { inputScale: 0.5, countScale: 3, meanCounts: 700 };

interface Case {
  readonly state: ModelState;
  readonly input: ObjectiveInput;
}

/** A model whose network gives the same random-looking patches for every frame (its kernels are zero but for the heads' biases). */
function makeCase(config: Record<string, unknown>, { random = false, meanCounts = SCALES.meanCounts } = {}): Case {
  const model = tinyModel({ config: { neighborCount: 9, ...config }, scales: { ...SCALES, meanCounts }, canvasSize: 72 });
  const values = new Map(random ? startingValues(model) : withoutKernels(model));
  const channels = model.config.model.gridsize ** 2;
  const phaseBias = values.get('phase/centre/bias') as Float32Array;
  if (!random)
    values.set(
      'phase/centre/bias',
      phaseBias.map((_, j) => 0.1 + 0.2 * j),
    );
  const frames = abs(randomTensor([BATCH, channels, N, N], new Random(1))) as Tensor4D;
  const offsets = Float32Array.from({ length: BATCH * channels * 2 }, (_, i) => (channels === 1 ? 0 : 2 * Math.sin(i)));
  const truth = randomPair([BATCH, channels, N, N], new Random(2));
  return { state: stateOf(model, { values }), input: { frames, offsets, truth } };
}

const patchesOf = ({ state, input }: Case): ComplexPair =>
  illuminatedPatches(networkPatches(input.frames, state.weights, state.context), input.offsets, state);

/** Sums over each sample in double precision. */
function perSample(count: number, term: (index: number) => number): number[] {
  return Array.from({ length: BATCH }, (_, sample) => {
    let sum = 0;
    for (let i = (sample * count) / BATCH; i < ((sample + 1) * count) / BATCH; i++) sum += term(i);
    return sum;
  });
}

/** Poisson and MAE terms from the predicted intensity a^2, as PHYSICS writes them. */
function diffractionTerms(current: Case): { readonly nll: number[]; readonly mae: number[] } {
  const { state, input } = current;
  const { inputScale: g, countScale: s, meanCounts } = SCALES;
  const a2 = predictStandardisedIntensity(patchesOf(current), state).dataSync();
  const X = input.frames.dataSync();
  const channels = state.context.model.config.model.gridsize ** 2;
  const nll = perSample(X.length, (i) => {
    const [r, n] = [(s / g) ** 2 * (a2[i] as number) + 1e-7, (s * (X[i] as number)) ** 2];
    return (r - n * Math.log(r) - (n - n * Math.log(n))) / (meanCounts * channels);
  });
  const mae = perSample(X.length, (i) => (Math.abs(Math.sqrt(a2[i] as number) - g * (X[i] as number)) * BATCH) / X.length);
  return { nll, mae };
}

/** Mean |amplitude difference| + mean |wrapped phase difference| to the truth. */
function truthTerm(current: Case): number[] {
  const [p, t] = [patchesOf(current), current.input.truth as ComplexPair];
  const [pr, pi, tr, ti] = [p.re, p.im, t.re, t.im].map((part) => part.dataSync()) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  return perSample(pr.length, (i) => {
    const [a, b, c, d] = [pr[i], pi[i], tr[i], ti[i]] as [number, number, number, number];
    const angle = Math.atan2(b * c - a * d, a * c + b * d); // of p conj(t)
    return ((Math.abs(Math.hypot(a, b) - Math.hypot(c, d)) + Math.abs(angle)) * BATCH) / pr.length;
  });
}

function expectLosses(current: Case, expected: readonly number[]): void {
  const losses = sampleLosses(current.input, current.state).dataSync();
  expect(losses).toHaveLength(BATCH);
  for (const [i, value] of losses.entries())
    expect(Math.abs(value / (expected[i] as number) - 1), `${losses} for ${expected}`).toBeLessThan(1e-4);
}

const add = (a: readonly number[], b: readonly number[], weight: number): number[] =>
  a.map((value, i) => value + weight * (b[i] as number));

describe('The loss of each sample', () => {
  it.each([
    ['one frame', {}],
    ['four frames in mode independent', { 'model.gridsize': 2, 'model.objectMode': 'independent' }],
    ['four frames in mode merged', { 'model.gridsize': 2 }],
    ['four frames in mode single', { 'model.gridsize': 2, 'model.objectMode': 'single' }],
  ])('is the Poisson likelihood over the frozen mean counts, %s', (_, config) => {
    const current = makeCase(config);
    expectLosses(current, diffractionTerms(current).nll);
  });

  it('adds the weighted terms', () => {
    const current = makeCase({ nllWeight: 0.5, maeWeight: 2, realspaceMaeWeight: 3 });
    const { nll, mae } = diffractionTerms(current);
    const scaled = nll.map((value) => 0.5 * value);
    expectLosses(current, add(add(scaled, mae, 2), truthTerm(current), 3));
  });

  it('may be the mean absolute error of amplitudes alone', () => {
    const current = makeCase({ nllWeight: 0, maeWeight: 1 });
    expectLosses(current, diffractionTerms(current).mae);
  });

  it('is that of bright frames where no weight is given and the scan is bright', () => {
    const current = makeCase({}, { meanCounts: 1e9 });
    expectLosses(current, diffractionTerms(current).mae);
  });

  it('counts the total variation of real and imaginary part where weighted', () => {
    const [without, plus] = [makeCase({}), makeCase({ realspaceWeight: 100 })];
    const p = patchesOf(plus);
    const at = [p.re, p.im].map((part) => part.dataSync());
    const variation = perSample(BATCH * N * N, (i) => {
      const step = (part: Float32Array, to: number): number => Math.abs((part[to] as number) - (part[i] as number));
      const down = (i % (N * N)) + N < N * N ? i + N : i;
      const right = i % N < N - 1 ? i + 1 : i;
      return at.reduce((sum, part) => sum + step(part as Float32Array, down) + step(part as Float32Array, right), 0) / (N * N);
    });
    expect(variation[0]).toBeGreaterThan(1e-3);
    expectLosses(plus, add(Array.from(sampleLosses(without.input, without.state).dataSync()), variation, 100));
  });

  it('of the supervised variant compares with the true patches alone', () => {
    const current = makeCase({ 'model.modelType': 'supervised' });
    expectLosses(current, truthTerm(current));
  });

  it('is 0 for frames that are predicted perfectly', () => {
    const current = makeCase({ maeWeight: 1 });
    const predicted = amplitude(predictStandardisedIntensity(patchesOf(current), current.state));
    // Without kernels the network predicts the same whatever it sees.
    const frames = mul(predicted, 1 / SCALES.inputScale) as Tensor4D;
    for (const loss of sampleLosses({ ...current.input, frames }, current.state).dataSync()) expect(Math.abs(loss)).toBeLessThan(1e-5);
    for (const loss of sampleLosses(current.input, current.state).dataSync()) expect(loss).toBeGreaterThan(0.1);
  });

  it('needs true patches where it compares with them', () => {
    const { state, input } = makeCase({ 'model.modelType': 'supervised' });
    expect(() => sampleLosses({ ...input, truth: undefined }, state)).toThrow(
      new TypeError('expected true patches with the batch, got none'),
    );
  });

  it.each([
    [{}, false],
    [{ realspaceWeight: 1 }, false],
    [{ realspaceMaeWeight: 1 }, true],
    [{ 'model.modelType': 'supervised' }, true],
  ])('of %o needs true patches: %s', (config, expected) => {
    expect(needsTruth(tinyModel({ config }).config)).toBe(expected);
  });
});

describe('The gradients of the loss', () => {
  function gradientsOf({ state, input }: Case, fused: boolean): Record<string, Tensor> {
    const names = state.context.model.specs.map(({ name }) => name);
    const found = grads((...xs: Tensor[]) => {
      const weights = new Weights(Object.fromEntries(names.map((name, i) => [name, xs[i] as Tensor])), { fused });
      return mean(sampleLosses(input, { ...state, weights })) as Scalar;
    })(names.map((name) => state.weights.get(name)));
    return Object.fromEntries(names.map((name, i) => [name, found[i] as Tensor]));
  }

  it('of fused and of plain kernels are the same for every parameter', () => {
    const current = makeCase(
      { 'model.gridsize': 2, 'model.attention': 'cbam', 'model.probeTrainable': true, 'model.intensityScaleTrainable': true },
      { random: true },
    );
    const [fused, plain] = [gradientsOf(current, true), gradientsOf(current, false)];
    for (const [name, gradient] of Object.entries(fused)) {
      const difference = norm(gradient.sub(plain[name] as Tensor)).dataSync()[0] as number;
      expect(difference / ((norm(plain[name] as Tensor).dataSync()[0] as number) + 1e-6), name).toBeLessThan(2e-3);
    }
  });

  it('reach every parameter', () => {
    const gradients = gradientsOf(
      makeCase({ 'model.probeTrainable': true, 'model.intensityScaleTrainable': true }, { random: true }),
      true,
    );
    for (const [name, gradient] of Object.entries(gradients)) expect(norm(gradient).dataSync()[0], name).toBeGreaterThan(0);
  });

  it('leave nothing behind', () => {
    const current = makeCase({});
    const before = memory().numTensors;
    tidy(() => mean(sampleLosses(current.input, current.state))).dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('of the supervised variant are finite where a merge leaves pixels without any weight', () => {
    const config = { 'model.modelType': 'supervised', 'model.gridsize': 2, 'model.mergeWeights': 'centre' };
    const current = makeCase(config, { random: true });
    const gradients = gradientsOf(current, true);
    for (const [name, gradient] of Object.entries(gradients)) expect(Number.isFinite(norm(gradient).dataSync()[0]), name).toBe(true);
  });

  it('of the supervised variant are finite without the border path', () => {
    const gradients = gradientsOf(makeCase({ 'model.modelType': 'supervised', 'model.probeBig': false }, { random: true }), true);
    for (const [name, gradient] of Object.entries(gradients)) expect(Number.isFinite(norm(gradient).dataSync()[0]), name).toBe(true);
  });
});
