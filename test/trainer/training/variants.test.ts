import { RawData } from '@ptychokit/memmap-bridge';
import { type EpochRecord, inferObject } from '@ptychokit/trainer';
import { describe, expect, it } from 'vitest';
import { LOG_INTENSITY_SCALE, PROBE_RE } from '../../../packages/trainer/src/models/definition.js';
import { type TinyRun, tinyRun, tinyScan } from '../../support/tiny-run.js';

const lossesOf = ({ outcome }: TinyRun): readonly number[] => outcome.history.map(({ trainLoss }) => trainLoss);

const SCAN = tinyScan({ frames: 9 });

describe('Every kind of model learns', () => {
  it.each<[string, Record<string, unknown>]>([
    ['four frames, merged', { 'model.gridsize': 2 }],
    ['four frames, one patch', { 'model.gridsize': 2, 'model.objectMode': 'single' }],
    ['four frames, independent', { 'model.gridsize': 2, 'model.objectMode': 'independent' }],
    ['attention', { 'model.attention': 'cbam' }],
    ['what differs from the mean frame', { 'model.inputCentring': true }],
    ['amplitudes instead of counts', { nllWeight: 0, maeWeight: 1 }],
  ])('%s', async (_, config) => {
    const run = await tinyRun({ train: SCAN, config: { nepochs: 3, validationFraction: 0.1, ...config } });
    const [first, , last] = lossesOf(run) as [number, number, number];
    expect(last).toBeLessThan(0.9 * first);
    expect(run.outcome.history.every(({ valLoss }) => Number.isFinite(valLoss))).toBe(true);
  });

  it('several probe modes', async () => {
    const run = await tinyRun({ train: tinyScan({ frames: 9, modes: 2 }), config: { nepochs: 3, 'model.probeTrainable': true } });
    expect(lossesOf(run)[2]).toBeLessThan(0.9 * (lossesOf(run)[0] as number));
    expect(run.outcome.model.probe.shape).toEqual([2, 64, 64]);
  });

  it('from true patches alone', async () => {
    const run = await tinyRun({ train: tinyScan({ withTruth: true, frames: 9 }), config: { nepochs: 4, 'model.modelType': 'supervised' } });
    const [first, last] = [run.outcome.history[0], run.outcome.history[3]] as [EpochRecord, EpochRecord];
    expect(last.trainLoss).toBeLessThan(0.98 * first.trainLoss);
    expect(last.valLoss as number).toBeLessThan(first.valLoss as number);
  });
});

describe('The physics may be trained along', () => {
  const scan = tinyScan({ frames: 4 });
  const config = { nepochs: 2, validationFraction: 0, learningRate: 1e-3 };

  it('with a probe that changes, in the parameters and in the model', async () => {
    const { outcome } = await tinyRun({ train: scan, config: { ...config, 'model.probeTrainable': true } });
    const { probe, values } = outcome.model;
    const fixed = (await tinyRun({ train: scan, config: { ...config, nepochs: 1 } })).outcome.model.probe;
    const largest = probe.data.reduce((most, value, i) => Math.max(most, Math.abs(value - (fixed.data[i] as number))), 0);
    expect(largest).toBeGreaterThan(1e-4);
    expect(largest).toBeLessThan(2.1e-3); // two steps of the learning rate
    expect(probe.data[2 * (32 * 64 + 32)]).toBe(values.get(PROBE_RE)?.[32 * 64 + 32]);
  });

  it('with a probe that stays where nothing trains it', async () => {
    const { outcome } = await tinyRun({ train: scan, config });
    const { scales, probe } = outcome.model;
    for (const i of [0, 2000, 4160]) expect(probe.data[i]).toBeCloseTo((scan.probeGuess.data[i] as number) * scales.probeScale, 5);
  });

  it('with an intensity scale that changes', async () => {
    const { outcome } = await tinyRun({ train: scan, config: { ...config, 'model.intensityScaleTrainable': true } });
    const [logScale] = outcome.model.values.get(LOG_INTENSITY_SCALE) as Float32Array;
    expect(Math.abs(logScale as number)).toBeGreaterThan(1e-4);
  });
});

describe('A change of dose, with probe and counts scaled together (NORMALIZATION-001)', () => {
  /** Amplitudes and probe times a power of two, so that nothing is rounded. */
  async function brighter(scan: RawData, factor: number): Promise<RawData> {
    const diffraction = new Float32Array(scan.frameCount * scan.frameSize ** 2);
    await scan.frames.readFrames(
      Array.from({ length: scan.frameCount }, (_, i) => i),
      diffraction,
    );
    return RawData.fromArrays({
      ...scan,
      diffraction: diffraction.map((value) => value * factor),
      frameSize: scan.frameSize,
      probeGuess: { shape: scan.probeGuess.shape, data: scan.probeGuess.data.map((value) => value * factor) },
    });
  }

  it('changes neither what the network sees nor the contrast of the object', async () => {
    const results = [];
    for (const train of [SCAN, await brighter(SCAN, 8)]) {
      const run = await tinyRun({ train, config: { nepochs: 2, nllWeight: 1 } });
      results.push({ run, stitched: await inferObject(run.outcome.model, train) });
    }
    const [dim, bright] = results as [(typeof results)[0], (typeof results)[0]];
    expect(bright.run.outcome.model.scales).toMatchObject({ countScale: 1, inputScale: dim.run.outcome.model.scales.inputScale / 8 });
    expect(bright.run.outcome.model.scales.meanCounts).toBeCloseTo(64 * dim.run.outcome.model.scales.meanCounts, 3);
    expect(bright.stitched.probe.data).toEqual(dim.stitched.probe.data);
    const firstLoss = ({ events }: TinyRun): number => (events.find(({ type }) => type === 'step') as { loss: number }).loss;
    expect(firstLoss(bright.run) / firstLoss(dim.run)).toBeCloseTo(1, 5);
    // Later steps differ by what the smallest rate is against the counts, in parameters whose gradients are as small.
    for (const [i, loss] of lossesOf(dim.run).entries()) expect((lossesOf(bright.run)[i] as number) / loss).toBeCloseTo(1, 2);
    const [a, b] = [dim.stitched.object.data, bright.stitched.object.data];
    expect(a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] as number)), 0) / a.length).toBeLessThan(2e-3);
    expect(bright.stitched.amplitudeScale / dim.stitched.amplitudeScale).toBeCloseTo(8, 1);
  });
});
