import type { ComplexArray } from '@ptychokit/config';
import { canvasFor, toPair } from '@ptychokit/physics';
import { inferObject, type TrainedModel } from '@ptychokit/trainer';
import { memory, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { needsRefit, probeCorrection, refitProbe } from '../../../packages/trainer/src/inference/refit-probe.js';
import { stitchPass } from '../../../packages/trainer/src/inference/stitch-pass.js';
import { bridged } from '../../support/tiny-config.js';
import { tinyScan } from '../../support/tiny-run.js';
import { flatProbe, stateOf, tinyTrainedModel } from '../tiny-model.js';
import { knownModel, type TwoTone, toned, withTones } from './known-model.js';

const TONES: TwoTone = { centre: { modulus: 1, angle: 0.3 }, rim: { modulus: 1.2, angle: -0.2 } };
const FLAT = tinyScan({ frames: 9, flat: true });
const CANVAS = canvasFor({ x: FLAT.xcoords, y: FLAT.ycoords, size: 64 });
const TRAINED = { 'model.probeTrainable': true };

/** A flat object seen through patches of two tones, and a probe that lacks what the patches have. */
async function ambiguousModel(): Promise<TrainedModel> {
  const model = withTones(await knownModel(FLAT, TRAINED), TONES);
  return { ...model, probe: toned(model.probe, TONES, 'over') };
}

/** An object that is 2i everywhere. */
const objectOn = ({ width, height }: typeof CANVAS): ComplexArray => ({
  shape: [height, width],
  data: Float32Array.from({ length: 2 * width * height }, (_, i) => 2 * (i % 2)),
});

const furthest = (a: ComplexArray, b: ComplexArray): number =>
  a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (b.data[i] as number))), 0);

it.each<[string, Record<string, unknown>, number, boolean]>([
  ['a trained probe and single frames', TRAINED, 1, true],
  ['a trained probe and frames that exchange nothing', { ...TRAINED, 'model.gridsize': 2, 'model.objectMode': 'independent' }, 1, true],
  ['a trained probe and merged frames', { ...TRAINED, 'model.gridsize': 2 }, 1, false],
  ['a trained probe and one patch for four frames', { ...TRAINED, 'model.gridsize': 2, 'model.objectMode': 'single' }, 1, false],
  ['trained modes', TRAINED, 2, false],
  ['a constant probe', {}, 1, false],
])('A model with %s is refitted or not', (_, config, modes, expected) => {
  expect(needsRefit(tinyTrainedModel({ config, probe: flatProbe(64, modes), values: () => 0 }))).toBe(expected);
});

describe('The refitted probe', () => {
  it('is the one whose product with the common object is nearest to the exit waves', async () => {
    const model = await ambiguousModel();
    const state = stateOf(model, { values: model.values });
    const data = FLAT.group(model.config, bridged(model.config));
    const probe = await refitProbe(objectOn(CANVAS), data, { state, canvas: CANVAS, batchSize: 4 });
    // In front of 2i that is the exit wave over 2i.
    const waves = toned(model.probe, TONES, 'times');
    const expected = waves.data.map((_, k) => (k % 2 === 0 ? (waves.data[k + 1] as number) : -(waves.data[k - 1] as number)) / 2);
    expect(probe.shape).toEqual([64, 64]);
    expect(furthest(probe, { shape: probe.shape, data: expected })).toBeLessThan(1e-5);
  });

  it('is found in batches of any size, and leaves nothing on the engine', async () => {
    const model = await ambiguousModel();
    const state = stateOf(model, { values: model.values });
    const data = FLAT.group(model.config, bridged(model.config));
    const before = memory().numTensors;
    const [one, all] = [
      await refitProbe(objectOn(CANVAS), data, { state, canvas: CANVAS, batchSize: 1 }),
      await refitProbe(objectOn(CANVAS), data, { state, canvas: CANVAS, batchSize: 32 }),
    ];
    expect(furthest(one, all)).toBeLessThan(1e-5);
    expect(memory().numTensors).toBe(before);
  });

  it('leaves nothing on the engine after an abort', async () => {
    const model = await ambiguousModel();
    const state = stateOf(model, { values: model.values });
    const data = FLAT.group(model.config, bridged(model.config));
    const before = memory().numTensors;
    const signal = AbortSignal.abort();
    await expect(refitProbe(objectOn(CANVAS), data, { state, canvas: CANVAS, batchSize: 1, signal })).rejects.toThrow(/abort/i);
    expect(memory().numTensors).toBe(before);
  });

  it('lets a model that only shifted a factor between probe and patches explain the frames', async () => {
    const model = await ambiguousModel();
    const { probeTrainable, ...rest } = model.config.model;
    const asItIs = await inferObject({ ...model, config: { ...model.config, model: { ...rest, probeTrainable: false } } }, FLAT);
    const refitted = await inferObject(model, FLAT);
    expect(probeTrainable).toBe(true);
    expect(asItIs.probe).toBe(model.probe);
    expect(asItIs.relativeResidual).toBeGreaterThan(1e-3);
    expect(refitted.relativeResidual).toBeLessThan(0.2 * asItIs.relativeResidual);
    expect(furthest(refitted.probe, model.probe)).toBeGreaterThan(0.1);
  });

  it('leaves nothing on the engine after all turns', async () => {
    const model = await ambiguousModel();
    const before = memory().numTensors;
    await inferObject(model, FLAT);
    expect(memory().numTensors).toBe(before);
  });
});

describe('The correction of patches', () => {
  it('keeps the exit waves: times the new probe it is the old one', async () => {
    const { probe } = await knownModel(FLAT);
    const other = toned(probe, TONES, 'times');
    const { re, im } = probeCorrection(toPair(probe), other);
    const [c, d] = [re, im].map((part: Tensor) => part.dataSync<'float32'>()) as [Float32Array, Float32Array];
    const back = { shape: probe.shape, data: new Float32Array(probe.data.length) };
    for (let i = 0; i < c.length; i++) {
      const [a, b] = [other.data[2 * i] as number, other.data[2 * i + 1] as number];
      back.data.set([a * (c[i] as number) - b * (d[i] as number), a * (d[i] as number) + b * (c[i] as number)], 2 * i);
    }
    expect(furthest(back, probe)).toBeLessThan(1e-4);
  });

  it('moves to the object what the probe of a stitch lacks', async () => {
    const model = await knownModel(FLAT);
    const state = stateOf(model, { values: model.values });
    const double = { shape: model.probe.shape, data: model.probe.data.map((value) => 2 * value) };
    const data = FLAT.group(model.config, bridged(model.config));
    const { object, region } = await stitchPass(data, { state, probe: double, canvas: CANVAS, batchSize: 4 });
    const inRegion = object.data.filter((_, i) => i % 2 === 0 && region[i >> 1] === 1);
    expect(Math.max(...inRegion.map((value) => Math.abs(value - 0.5)))).toBeLessThan(1e-3);
  });
});
