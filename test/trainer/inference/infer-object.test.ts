import { isPtychoError } from '@ptychokit/config';
import { groupsFromMembers, RawData } from '@ptychokit/memmap-bridge';
import { type InferOptions, inferObject, type StitchedObject, type TrainedModel } from '@ptychokit/trainer';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { tinyScan } from '../../support/tiny-run.js';
import { tinyTrainedModel } from '../tiny-model.js';
import { knownModel, type TwoTone, toneAt, withTones } from './known-model.js';

const N = 64;
const SCAN = tinyScan({ frames: 4 });

const TONES: TwoTone = { centre: { modulus: 1, angle: 0.9 }, rim: { modulus: 2, angle: -0.2 } };

/** Weighted sums of patches at sub-pixel positions in double precision: weight * re, weight * im, weight. */
function referenceSums(
  raw: RawData,
  weight: (row: number, column: number) => number,
  canvas: { x: number; y: number; width: number; height: number },
): Float64Array {
  const sums = new Float64Array(3 * canvas.width * canvas.height);
  for (let k = 0; k < raw.frameCount; k++) {
    const [left, top] = [(raw.xcoords[k] as number) - N / 2 - canvas.x, (raw.ycoords[k] as number) - N / 2 - canvas.y];
    const [c0, r0] = [Math.floor(left), Math.floor(top)];
    const [fx, fy] = [left - c0, top - r0];
    for (let i = 0; i < N * N; i++) {
      const [row, column] = [Math.floor(i / N), i % N];
      const { re, im } = toneAt(TONES, row, column);
      for (const [dy, dx, share] of [
        [0, 0, (1 - fy) * (1 - fx)],
        [0, 1, (1 - fy) * fx],
        [1, 0, fy * (1 - fx)],
        [1, 1, fy * fx],
      ] as const) {
        // biome-ignore format: a table
        const at = 3 * ((r0 + row + dy) * canvas.width + c0 + column + dx);
        const w = share * weight(row, column);
        for (const [part, value] of [re, im, 1].entries()) sums[at + part] = (sums[at + part] as number) + w * value;
      }
    }
  }
  return sums;
}

describe('Patches that are known are stitched as the formula says', () => {
  const intensity = (row: number, column: number): number => {
    const at = 2 * (row * N + column);
    return (SCAN.probeGuess.data[at] as number) ** 2 + (SCAN.probeGuess.data[at + 1] as number) ** 2;
  };
  const peak = intensity(32, 32);
  const within = (size: number, i: number): boolean => i >= (N - size) / 2 && i < (N + size) / 2;

  it.each<[InferOptions, (row: number, column: number) => number]>([
    [{}, (r, c) => intensity(r, c) / peak],
    [{ stitchWeights: 'probe', stitchSize: 32 }, (r, c) => (within(32, r) && within(32, c) ? intensity(r, c) / peak : 0)],
    [{ stitchWeights: 'uniform' }, (r, c) => (within(32, r) && within(32, c) ? 1 : 0)],
    [{ stitchWeights: 'uniform', stitchSize: 20, batchSize: 3 }, (r, c) => (within(20, r) && within(20, c) ? 1 : 0)],
    [{ stitchWeights: 'uniform', stitchSize: 64, batchSize: 1 }, () => 1],
  ])('with %j', async (options, weight) => {
    const { object, region, origin } = await inferObject(withTones(await knownModel(SCAN), TONES), SCAN, options);
    const low = (positions: Float64Array): number => Math.floor(Math.min(...positions));
    expect(origin).toEqual({ x: low(SCAN.xcoords) - 32, y: low(SCAN.ycoords) - 32 });
    const [height, width] = object.shape as [number, number];
    const sums = referenceSums(SCAN, weight, { ...origin, width, height });
    const largest = sums.reduce((most, value, i) => (i % 3 === 2 ? Math.max(most, value) : most), 0);
    let [worst, wrongRegion] = [0, 0];
    for (let i = 0; i < width * height; i++) {
      const w = sums[3 * i + 2] as number;
      if (w / largest > 1e-3) {
        worst = Math.max(worst, Math.abs((object.data[2 * i] as number) - (sums[3 * i] as number) / w));
        worst = Math.max(worst, Math.abs((object.data[2 * i + 1] as number) - (sums[3 * i + 1] as number) / w));
      }
      if (Math.abs(w / largest - 0.01) > 1e-5 && region[i] !== (w / largest > 0.01 ? 1 : 0)) wrongRegion++;
    }
    expect(worst).toBeLessThan(1e-5);
    expect(wrongRegion).toBe(0);
  });
});

it('Patch pixel (N/2, N/2) sits on the position of its frame', async () => {
  const one = RawData.fromArrays({
    diffraction: new Float32Array(N * N).fill(1),
    frameSize: N,
    xcoords: Float64Array.of(40),
    ycoords: Float64Array.of(-7),
    probeGuess: SCAN.probeGuess,
  });
  const { object, region, origin } = await inferObject(await knownModel(one), one, { stitchWeights: 'uniform', stitchSize: 20 });
  expect(origin).toEqual({ x: 8, y: -39 });
  const width = object.shape[1] as number;
  const lit = Array.from(region).flatMap((value, i) =>
    value === 1 ? [[(i % width) + origin.x, Math.floor(i / width) + origin.y] as const] : [],
  );
  expect(lit).toHaveLength(400);
  expect([Math.min(...lit.map(([x]) => x)), Math.max(...lit.map(([x]) => x))]).toEqual([30, 49]);
  expect([Math.min(...lit.map(([, y]) => y)), Math.max(...lit.map(([, y]) => y))]).toEqual([-17, 2]);
});

describe('A model that knows the object', () => {
  const flat = tinyScan({ frames: 9, flat: true });

  it.each<[string, Record<string, unknown>]>([
    ['one frame', {}],
    ['the sharp path over the whole patch', { 'model.padObject': false, 'model.probeBig': false }],
    ['four frames, merged', { 'model.gridsize': 2 }],
    ['four frames, one patch', { 'model.gridsize': 2, 'model.objectMode': 'single' }],
    ['four frames, independent', { 'model.gridsize': 2, 'model.objectMode': 'independent' }],
  ])('leaves no residual, %s', async (_, config) => {
    const result = await inferObject(await knownModel(flat, config), flat);
    const largest = result.object.data.reduce(
      (most, value, i) => (result.region[i >> 1] === 1 ? Math.max(most, Math.abs(value - (i % 2 === 0 ? 1 : 0))) : most),
      0,
    );
    expect(largest).toBeLessThan(1e-4);
    // Patches placed at the centres of groups do not reach the outermost rim, where the probe has little light.
    expect(result.relativeResidual).toBeLessThan(config['model.gridsize'] === 2 ? 1e-4 : 1e-6);
    const { inputScale } = (await knownModel(flat)).scales;
    expect(result.amplitudeScale * inputScale).toBeCloseTo(1, 4);
    expect(result.groups).toBe(9);
    expect(result.seconds).toBeGreaterThan(0);
  });

  it('groups a scan as it was trained: in blocks', async () => {
    const result = await inferObject(await knownModel(flat, { 'model.gridsize': 2, 'model.groupLayout': 'blocks' }), flat);
    expect(result.groups).toBe(4);
    expect(result.relativeResidual).toBeLessThan(1e-3);
  });

  it('is not dimmed by what a merge with the weights of the centre leaves empty', async () => {
    const config = { 'model.gridsize': 2, 'model.mergeWeights': 'centre' };
    const { object, region } = await inferObject(await knownModel(flat, config), flat);
    const darkest = object.data.reduce((least, value, i) => (i % 2 === 0 && region[i >> 1] === 1 ? Math.min(least, value) : least), 1);
    expect(darkest).toBeGreaterThan(0.99);
  });

  it('leaves no residual without the border path', async () => {
    const result = await inferObject(await knownModel(flat, { 'model.probeBig': false }), flat);
    const { data } = result.object;
    const darkest = data.reduce((least, value, i) => (i % 2 === 0 && result.region[i >> 1] === 1 ? Math.min(least, value) : least), 1);
    expect(darkest).toBeGreaterThan(0.99);
  });
});

describe('inferObject', () => {
  const model = (config: Record<string, unknown> = {}): TrainedModel =>
    tinyTrainedModel({ config, probe: SCAN.probeGuess, canvasSize: 84 });
  const worst = (a: StitchedObject, b: StitchedObject): number =>
    a.object.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (b.object.data[i] as number))), 0);

  it('gives the same bits again, and nearly the same for another batch size', async () => {
    const given = model();
    const [a, b, c] = [await inferObject(given, SCAN), await inferObject(given, SCAN), await inferObject(given, SCAN, { batchSize: 3 })];
    expect(Buffer.from(a.object.data.buffer).equals(Buffer.from(b.object.data.buffer))).toBe(true);
    expect(b.relativeResidual).toBe(a.relativeResidual);
    expect(worst(a, c)).toBeLessThan(1e-4);
  });

  it.each(['merged', 'single', 'independent'])('gives a finite object for four frames in mode %s', async (objectMode) => {
    const { object, region, relativeResidual } = await inferObject(
      model({ 'model.gridsize': 2, 'model.objectMode': objectMode }),
      tinyScan({ frames: 9 }),
      { batchSize: 4 },
    );
    expect(object.data.every(Number.isFinite)).toBe(true);
    expect(region.reduce((a, b) => a + b, 0)).toBeGreaterThan(1000);
    expect(relativeResidual).toBeGreaterThan(0);
    expect(relativeResidual).toBeLessThanOrEqual(1);
  });

  it('gives back the probe of the model', async () => {
    const given = model();
    expect((await inferObject(given, SCAN)).probe).toBe(given.probe);
  });

  it('uses every frame, whatever part of them the model was trained on', async () => {
    expect((await inferObject(model({ nGroups: 2, nSubsample: 3 }), SCAN)).groups).toBe(4);
  });

  it('uses the groups it is given instead', async () => {
    const groups = groupsFromMembers(SCAN, { members: Int32Array.of(2), channels: 1 });
    const [part, all] = [await inferObject(model(), SCAN, { groups }), await inferObject(model(), SCAN)];
    expect(part.groups).toBe(1);
    expect(part.region.reduce((a, b) => a + b, 0)).toBeLessThan(all.region.reduce((a, b) => a + b, 0));
    expect(part.origin).toEqual(all.origin);
  });

  it('tells how far it is', async () => {
    const told: [number, number][] = [];
    await inferObject(model(), SCAN, { batchSize: 3, onProgress: (done, total) => told.push([done, total]) });
    expect(told).toEqual([
      [3, 4],
      [4, 4],
    ]);
  });

  it('tells how far it is over all passes where a trained probe is refitted', async () => {
    const told: [number, number][] = [];
    const onProgress = (done: number, total: number): number => told.push([done, total]);
    await inferObject(model({ 'model.probeTrainable': true }), SCAN, { batchSize: 3, onProgress });
    const passes = [0, 4, 8, 12, 16];
    expect(told).toEqual(passes.flatMap((before) => [3, 4].map((done) => [before + done, 20])));
  });

  it('refuses frames of another size', async () => {
    const error = await inferObject(model(), tinyScan({ frames: 1, N: 128 })).catch((e: unknown) => e);
    expect(isPtychoError(error, 'MODEL_DATA')).toBe(true);
    expect((error as Error).message).toContain('The frames are 128 x 128 pixels, the model is for N = 64\n  at: tiny scan 1');
  });

  it('leaves nothing on the engine, nor after an abort, nor after a wrong option', async () => {
    const given = model();
    const before = memory().numTensors;
    await inferObject(given, SCAN);
    expect(memory().numTensors).toBe(before);
    const controller = new AbortController();
    await expect(
      inferObject(given, SCAN, { batchSize: 1, signal: controller.signal, onProgress: () => controller.abort() }),
    ).rejects.toThrow(/abort/i);
    expect(memory().numTensors).toBe(before);
    await expect(inferObject(given, SCAN, { stitchSize: 65 })).rejects.toThrow(RangeError);
    expect(memory().numTensors).toBe(before);
  });
});
