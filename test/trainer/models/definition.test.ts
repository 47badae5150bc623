import { isPtychoError, LegacyParams, type TrainingConfig } from '@ptychokit/config';
import { buildModel, LADDER_SIZES } from '@ptychokit/trainer';
import { describe, expect, it } from 'vitest';
import { LOG_INTENSITY_SCALE, PROBE_IM, PROBE_RE, startingValues } from '../../../packages/trainer/src/models/definition.js';
import { ladderFor, patchesPerGroup } from '../../../packages/trainer/src/models/ladder.js';
import { bridged, tinyConfig } from '../../support/tiny-config.js';
import { flatProbe, tinyModel } from '../tiny-model.js';

const inputs = { scales: { inputScale: 1, countScale: 2, meanCounts: 3, probeScale: 4 }, probe: flatProbe(64), canvasSize: 70 };

const errorOf = (action: () => unknown): unknown => {
  try {
    return action();
  } catch (error) {
    return error;
  }
};

describe('buildModel', () => {
  it('keeps what it was given', () => {
    const config = tinyConfig();
    const model = buildModel(config, bridged(config), inputs);
    expect(model.config).toBe(config);
    expect(model).toMatchObject(inputs);
  });

  it('refuses flat parameters that were never filled (CONFIG-001)', () => {
    const error = errorOf(() => buildModel(tinyConfig(), new LegacyParams(), inputs));
    expect(isPtychoError(error, 'CONFIG_ORDER')).toBe(true);
    expect((error as Error).message).toContain('building the model');
  });

  it('refuses flat parameters of another configuration, even an equal one (CONFIG-001)', () => {
    const error = errorOf(() => buildModel(tinyConfig(), bridged(tinyConfig()), inputs));
    expect(isPtychoError(error, 'CONFIG_ORDER')).toBe(true);
    expect((error as Error).message).toContain('bridged from another configuration');
  });

  it('adds the probe and the intensity scale to the parameters where they are trained', () => {
    const names = (config: Record<string, unknown>): string[] => tinyModel({ config }).specs.map(({ name }) => name);
    const physics = [PROBE_RE, PROBE_IM, LOG_INTENSITY_SCALE];
    expect(names({}).filter((name) => physics.includes(name))).toEqual([]);
    expect(names({ 'model.probeTrainable': true }).slice(-2)).toEqual([PROBE_RE, PROBE_IM]);
    expect(names({ 'model.intensityScaleTrainable': true }).slice(-1)).toEqual([LOG_INTENSITY_SCALE]);
  });

  it('starts a trained probe with the real and imaginary parts given, and the intensity scale with 1', () => {
    const probe = { shape: [2, 64, 64], data: Float32Array.from({ length: 2 * 2 * 64 * 64 }, (_, i) => i) };
    const model = tinyModel({ config: { 'model.probeTrainable': true, 'model.intensityScaleTrainable': true }, probe });
    const values = startingValues(model);
    expect(model.specs.find(({ name }) => name === PROBE_IM)?.shape).toEqual([2, 64, 64]);
    expect([0, 1, 8191].map((i) => [values.get(PROBE_RE)?.[i], values.get(PROBE_IM)?.[i]])).toEqual([
      [0, 1],
      [2, 3],
      [16382, 16383],
    ]);
    expect(Array.from(values.get(LOG_INTENSITY_SCALE) as Float32Array)).toEqual([0]);
  });

  it('refuses a frame size without a ladder', () => {
    const config = { ...tinyConfig(), model: { ...tinyConfig().model, N: 96 } } as unknown as TrainingConfig;
    expect(() => buildModel(config, { assertBridged: () => undefined }, inputs)).toThrow(
      new RangeError('expected frames of 64, 128, 256 pixels, got N = 96'),
    );
  });
});

describe('The ladder', () => {
  it('exists for these sizes', () => {
    expect(LADDER_SIZES).toEqual([64, 128, 256]);
  });

  it.each([64, 128, 256] as const)('ends at 8 x 8 and at N/2 for N %i', (N) => {
    const { encoder, decoder } = ladderFor({ N, nFiltersScale: 2 });
    expect(N / 2 ** encoder.length).toBe(8);
    expect(8 * 2 ** decoder.length).toBe(N / 2);
    expect([encoder.at(-1), decoder.at(-1)]).toEqual([256, 64]);
  });

  it.each([
    [1, 'single', 1],
    [1, 'merged', 1],
    [2, 'merged', 4],
    [2, 'independent', 4],
    [2, 'single', 1],
    [3, 'single', 1],
  ] as const)('gives for gridsize %i in mode %s %i patches', (gridsize, objectMode, patches) => {
    expect(patchesPerGroup({ gridsize, objectMode })).toBe(patches);
  });
});
