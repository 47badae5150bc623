import type { ModelConfig } from '@ptychokit/config';
import { Random } from '@ptychokit/config';
import { abs, max, mean, reverse, slice, sub, type Tensor, type Tensor4D, tensor4d, zeros } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { startingValues } from '../../../packages/trainer/src/models/definition.js';
import { applyNetwork, type NetworkOutput } from '../../../packages/trainer/src/models/network.js';
import { sizeOf } from '../../../packages/trainer/src/models/parameters.js';
import { randomTensor } from '../../contract/operator.js';
import { sameValues } from '../../support/tiny-run.js';
import { modelConfig, specsOf, stateOf, tinyModel, withoutKernels } from '../tiny-model.js';

type Fields = Partial<ModelConfig>;

const dotted = (fields: Fields): Record<string, unknown> => ({
  neighborCount: 9,
  ...Object.fromEntries(Object.entries(fields).map(([key, value]) => [`model.${key}`, value])),
});

/** Amplitudes of speckle under a bright centre, standardised to the power (N/2)^2, `[1, N, N, C]`. */
function pattern(N: number, channels: number): Tensor4D {
  const random = new Random(5);
  const values = Float32Array.from({ length: N * N * channels }, (_, i) => {
    const [row, column] = [Math.floor(i / (N * channels)) - N / 2, (Math.floor(i / channels) % N) - N / 2];
    return Math.abs(random.normal()) * Math.exp(-(row * row + column * column) / (8 * N));
  });
  const power = values.reduce((sum, value) => sum + value * value, 0) / channels;
  return tensor4d(
    values.map((value) => (value * N) / 2 / Math.sqrt(power)),
    [1, N, N, channels],
  );
}

/** The fresh network on a diffraction pattern. */
function run(fields: Fields, seed = 1): NetworkOutput {
  const model = tinyModel({ config: { ...dotted(fields), seed } });
  const { N, gridsize } = model.config.model;
  return applyNetwork(pattern(N, gridsize ** 2), stateOf(model).weights, model.config.model);
}

describe('Shapes of the outputs', () => {
  it.each<[string, Fields, number]>([
    ['N 64', { N: 64 }, 1],
    ['N 128', { N: 128 }, 1],
    ['N 256', { N: 256 }, 1],
    ['gridsize 2, merged', { gridsize: 2, objectMode: 'merged' }, 4],
    ['gridsize 2, single', { gridsize: 2, objectMode: 'single' }, 1],
    ['gridsize 2, independent', { gridsize: 2, objectMode: 'independent' }, 4],
    ['gridsize 3, merged', { gridsize: 3, objectMode: 'merged' }, 9],
    ['gridsize 3, single', { gridsize: 3, objectMode: 'single' }, 1],
    ['gridsize 1, single', { objectMode: 'single' }, 1],
    ['attention', { attention: 'cbam' }, 1],
    ['N 128 with attention, gridsize 2', { N: 128, attention: 'cbam', gridsize: 2 }, 4],
    ['no border path', { probeBig: false }, 1],
    ['the sharp path over the whole patch', { padObject: false }, 1],
  ])('%s', (_, fields, patches) => {
    const model = tinyModel({ config: dotted(fields) });
    const { N, gridsize } = model.config.model;
    const { weights } = stateOf(model, { values: withoutKernels(model) });
    const { features, amplitude, phase } = applyNetwork(zeros([1, N, N, gridsize ** 2]), weights, model.config.model);
    expect(features.shape).toEqual([1, 8, 8, 128]);
    expect(amplitude.shape).toEqual([1, N, N, patches]);
    expect(phase.shape).toEqual([1, N, N, patches]);
  });
});

describe('The number of parameters', () => {
  const conv = (from: number, to: number, size = 3): number => size * size * from * to + to;
  const block = (from: number, to: number): number => conv(from, to) + conv(to, to);
  const ladder = (channels: readonly number[]): number =>
    channels.slice(1).reduce((sum, to, i) => sum + block(channels[i] as number, to), 0);
  const LADDERS = {
    64: { encoder: [32, 64, 128], decoder: [64, 32] },
    128: { encoder: [16, 32, 64, 128], decoder: [128, 64, 32] },
    256: { encoder: [8, 16, 32, 64, 128], decoder: [256, 128, 64, 32] },
  } as const;

  it.each<[string, Fields]>([
    ['N 64', {}],
    ['N 128', { N: 128 }],
    ['N 256', { N: 256 }],
    ['gridsize 2', { gridsize: 2 }],
    ['gridsize 2, single', { gridsize: 2, objectMode: 'single' }],
    ['twice the filters', { nFiltersScale: 2 }],
    ['no border path', { probeBig: false }],
    ['the sharp path over the whole patch', { padObject: false }],
    ['attention', { attention: 'cbam' }],
  ])('is what the design says for %s', (_, fields) => {
    const { N, gridsize, objectMode, probeBig, padObject, attention, nFiltersScale: n } = modelConfig(fields);
    const C = gridsize ** 2;
    const out = objectMode === 'single' ? 1 : C;
    const { encoder, decoder } = LADDERS[N];
    const scaled = (channels: readonly number[]): number[] => channels.map((c) => c * n);
    const border = probeBig && padObject ? block(C, 32 * n) + conv(32 * n, out) : 0;
    const head = ladder([128 * n, ...scaled(decoder)]) + conv(padObject ? 32 * n - C : 32 * n, out) + border;
    const gates = scaled(encoder).map((c) => 2 * c * Math.max(1, Math.floor(c / 16)) + Math.max(1, Math.floor(c / 16)) + c + 2 * 49);
    const expected = ladder([C, ...scaled(encoder)]) + 2 * head + (attention === 'cbam' ? gates.reduce((a, b) => a + b, 0) : 0);
    expect(specsOf(fields).reduce((sum, { shape }) => sum + sizeOf(shape), 0)).toBe(expected);
  });

  it.each<[string, Fields]>([
    ['of the default model', {}],
    ['of a large model', { N: 256, gridsize: 3, attention: 'cbam' }],
  ])('with names that are unique, %s', (_, fields) => {
    const names = specsOf(fields).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('A fresh network', () => {
  const numbers = (tensor: Tensor): { readonly mean: number; readonly largest: (from: number) => number } => ({
    mean: mean(tensor).dataSync()[0] as number,
    largest: (from) => max(abs(sub(tensor, from))).dataSync()[0] as number,
  });

  it.each([0, 1, 2, 3, 4])('starts about amplitude 1 and phase 0 on a diffraction pattern, seed %i', (seed) => {
    const { amplitude, phase } = run({}, seed);
    expect(Math.abs(numbers(amplitude).mean - 1)).toBeLessThan(0.05);
    expect(Math.abs(numbers(phase).mean)).toBeLessThan(0.15);
    expect(numbers(amplitude).largest(1)).toBeLessThan(0.6);
    expect(numbers(phase).largest(0)).toBeLessThan(1.5);
  });

  it.each<[string, Fields]>([
    ['scaled_sigmoid', {}],
    ['scaled_sigmoid up to 1.5', { ampMax: 1.5 }],
    ['silu', { ampActivation: 'silu' }],
    ['softplus', { ampActivation: 'softplus' }],
  ])('gives amplitude 1 and phase 0 for no light at all with %s', (_, fields) => {
    const model = tinyModel({ config: dotted(fields) });
    const { weights } = stateOf(model, { values: withoutKernels(model) });
    const { amplitude, phase } = applyNetwork(zeros([1, 64, 64, 1]), weights, model.config.model);
    expect(numbers(amplitude).largest(1)).toBeLessThan(1e-6);
    expect(numbers(phase).largest(0)).toBe(0);
  });

  it('starts at half the range with a plain sigmoid, whose top is 1', () => {
    const { amplitude } = run({ ampActivation: 'sigmoid' });
    expect(Math.abs(numbers(slice(amplitude, [0, 16, 16, 0], [1, 32, 32, 1])).mean - 0.5)).toBeLessThan(0.2);
    expect(numbers(slice(amplitude, [0, 16, 16, 0], [1, 32, 32, 1])).largest(0.5)).toBeLessThanOrEqual(0.5);
  });

  it('is zero outside the centre without the border path', () => {
    const { amplitude, phase } = run({ probeBig: false });
    const inCentre = (i: number): boolean => i >= 16 && i < 48;
    for (const image of [amplitude, phase]) {
      const outside = image.dataSync().filter((_, i) => !(inCentre(i % 64) && inCentre(Math.floor(i / 64))));
      expect([outside.length, outside.some((value) => value !== 0)]).toEqual([64 * 64 - 32 * 32, false]);
    }
    expect(numbers(slice(amplitude, [0, 16, 16, 0], [1, 32, 32, 1])).mean).toBeGreaterThan(0.5);
  });

  it('has phases within pi over the whole patch with the sharp path everywhere', () => {
    const { phase } = run({ padObject: false });
    expect(numbers(phase).largest(0)).toBeLessThanOrEqual(Math.PI);
    expect(numbers(slice(phase, [0, 0, 0, 0], [1, 8, 64, 1])).largest(0)).toBeGreaterThan(0);
  });

  it('depends on its input', () => {
    const model = tinyModel();
    const { weights } = stateOf(model);
    const [a, b] = [pattern(64, 1), reverse(pattern(64, 1), 1)].map((x) => applyNetwork(x, weights, model.config.model));
    expect(max(abs(sub(a?.amplitude as Tensor, b?.amplitude as Tensor))).dataSync()[0]).toBeGreaterThan(1e-3);
  });

  it('gives each sample of a batch what it gives it alone', () => {
    const model = tinyModel({ config: { 'model.attention': 'cbam', 'model.gridsize': 2 } });
    const { weights } = stateOf(model);
    const x = abs(randomTensor([2, 64, 64, 4], new Random(1))) as Tensor4D;
    const both = applyNetwork(x, weights, model.config.model).phase;
    const second = applyNetwork(slice(x, [1, 0, 0, 0], [1, 64, 64, 4]), weights, model.config.model).phase;
    expect(max(abs(sub(slice(both, [1, 0, 0, 0], [1, 64, 64, 4]), second))).dataSync()[0]).toBeLessThan(1e-5);
  });
});

describe('Starting values of a model', () => {
  const start = (config: Record<string, unknown>): Map<string, Float32Array> => startingValues(tinyModel({ config }));

  it('are the same for the same seed, 0 included', () => {
    expect(sameValues(start({ seed: 0 }), start({ seed: 0 }))).toBe(true);
  });

  it('differ between seeds, 0 included', () => {
    const kernels = [0, 1, 2].map((seed) => start({ seed }).get('encoder/0/conv1/kernel')?.[0]);
    expect(new Set(kernels).size).toBe(3);
  });

  it('of a layer stay what they are when others are added', () => {
    const without = start({ 'model.probeBig': false });
    const more = start({ 'model.attention': 'cbam', 'model.probeTrainable': true, 'model.intensityScaleTrainable': true });
    expect(more.size).toBeGreaterThan(without.size + 20);
    const common = new Map([...without.keys()].map((name) => [name, more.get(name) as Float32Array]));
    expect(sameValues(common, without)).toBe(true);
  });
});
