import { isPtychoError } from '@ptychokit/config';
import { type FrameSource, RawData } from '@ptychokit/memmap-bridge';
import type { DivergenceError } from '@ptychokit/trainer';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { startingValues } from '../../../packages/trainer/src/models/definition.js';
import { eventsOf, type TinyRun, type TinyRunOptions, tinyRun, tinyScan } from '../../support/tiny-run.js';

const [FOUR, NINE] = [tinyScan({ frames: 4 }), tinyScan({ frames: 9 })];

/** Largest and mean distance of the trained parameters from where they started. */
function moved({ outcome: { model } }: TinyRun): { readonly largest: number; readonly mean: number } {
  let [largest, sum, count] = [0, 0, 0];
  for (const [name, start] of startingValues(model)) {
    const end = model.values.get(name) as Float32Array;
    for (const [i, value] of start.entries()) {
      const distance = Math.abs((end[i] as number) - value);
      largest = Math.max(largest, distance);
      sum += distance;
      count++;
    }
  }
  return { largest, mean: sum / count };
}

describe('Gradients of several batches', () => {
  it('make the step of one large batch, a short last batch included', async () => {
    // 7 groups to train on: one batch of 7, or 4 and 3
    const config = { nepochs: 1, validationFraction: 0.2 };
    const [whole, parts] = [
      await tinyRun({ train: NINE, config: { ...config, batchSize: 8 } }),
      await tinyRun({ train: NINE, config: { ...config, batchSize: 4, accumulateGradBatches: 2 } }),
    ];
    for (const run of [whole, parts])
      expect(eventsOf(run, 'step').map(({ step, stepsPerEpoch }) => [step, stepsPerEpoch])).toEqual([[1, 1]]);
    const ratio = (key: 'trainLoss' | 'valLoss'): number =>
      (parts.outcome.history[0]?.[key] as number) / (whole.outcome.history[0]?.[key] as number);
    expect(ratio('trainLoss')).toBeCloseTo(1, 5);
    expect(ratio('valLoss')).toBeCloseTo(1, 4);
    const distances = [...parts.outcome.model.values].map(([name, values]) => {
      const others = whole.outcome.model.values.get(name) as Float32Array;
      return values.reduce((sum, value, i) => sum + Math.abs(value - (others[i] as number)), 0) / values.length;
    });
    expect(Math.max(...distances)).toBeLessThan(2e-5); // of steps of 1e-3
  });

  it('make a step of what is left at the end of an epoch', async () => {
    const run = await tinyRun({
      train: tinyScan({ frames: 9 }),
      config: { nepochs: 1, batchSize: 2, accumulateGradBatches: 2, validationFraction: 0 },
    });
    expect(eventsOf(run, 'start')[0]).toMatchObject({ stepsPerEpoch: 3, groups: 9, validationGroups: 0 });
    expect(eventsOf(run, 'step').map(({ step }) => step)).toEqual([1, 2, 3]);
    const [a, b, c] = eventsOf(run, 'step').map(({ loss }) => loss) as [number, number, number];
    expect(run.outcome.history[0]?.trainLoss).toBeCloseTo((4 * a + 4 * b + c) / 9, 10);
  });
});

describe('One step', () => {
  const oneStep = (config: Record<string, unknown>): Promise<TinyRun> =>
    tinyRun({ train: FOUR, config: { nepochs: 1, validationFraction: 0, ...config } });

  it('moves a parameter by the learning rate at most, and most of them by that', async () => {
    const { largest, mean } = moved(await oneStep({ learningRate: 2e-3 }));
    expect(largest).toBeLessThan(2e-3 * 1.001);
    expect(mean).toBeGreaterThan(1e-3);
  });

  it('with a gradient clipped to nothing moves nothing', async () => {
    // Adam does not see the size of a gradient unless it is small against its epsilon of 1e-8.
    expect(moved(await oneStep({ gradientClip: 1e-10 })).largest).toBeLessThan(2e-5);
  });

  it('with a generous clip is the step without one', async () => {
    const [free, clipped] = [moved(await oneStep({})), moved(await oneStep({ gradientClip: 1e6 }))];
    expect(clipped).toEqual(free);
  });
});

it('The learning rate follows the schedule from step to step', async () => {
  const run = await tinyRun({
    train: FOUR,
    config: { nepochs: 4, batchSize: 2, validationFraction: 0, schedule: 'cosine', warmupEpochs: 1, learningRate: 0.01 },
  });
  const rates = eventsOf(run, 'step').map(({ learningRate }) => learningRate / 0.01);
  const cosine = (k: number): number => 0.01 + 0.99 * 0.5 * (1 + Math.cos((Math.PI * k) / 6));
  const expected = [0.5, 1, cosine(0), cosine(1), cosine(2), cosine(3), cosine(4), cosine(5)];
  expect(rates).toHaveLength(8);
  for (const [i, rate] of rates.entries()) expect(rate).toBeCloseTo(expected[i] as number, 10);
  expect(run.outcome.history.map(({ learningRate }) => learningRate / 0.01)[3]).toBeCloseTo(cosine(5), 10);
});

describe('A loss that is no longer a number', () => {
  const failed = async (options: TinyRunOptions): Promise<DivergenceError> =>
    tinyRun(options).then(
      () => {
        throw new Error('expected a divergence');
      },
      (error: unknown) => error as DivergenceError,
    );

  it('names epoch, step and groups', async () => {
    const error = await failed({ train: NINE, config: { learningRate: 1e12, validationFraction: 0, batchSize: 4 } });
    expect(isPtychoError(error, 'TRAINING_DIVERGED')).toBe(true);
    expect(error).toMatchObject({ epoch: 1, step: 2 });
    expect(error.groups).toHaveLength(4);
    expect(new Set(error.groups).size).toBe(4);
    expect(error.where).toBe(`groups ${error.groups.join(', ')} of tiny scan 1`);
    expect(error.message).toMatch(/^The loss is (NaN|Infinity) in epoch 1, step 2\n/);
    expect(error.fix).toContain('gradientClip');
  });

  it('is found in the groups of the frame that caused it', async () => {
    const bad = 6;
    const error = await failed({ train: withFrame(NINE, bad), config: { nepochs: 1, batchSize: 2, validationFraction: 0 } });
    expect(isPtychoError(error, 'TRAINING_DIVERGED')).toBe(true);
    expect(error.groups).toContain(bad);
  });

  it('leaves nothing on the engine', async () => {
    const before = memory().numTensors;
    await failed({ train: FOUR, config: { learningRate: 1e12, validationFraction: 0, batchSize: 2 } });
    expect(memory().numTensors).toBe(before);
  });
});

/** A scan in which one frame is finite, and too bright for single precision once it is squared; the scales do not see it. */
function withFrame(scan: RawData, index: number): RawData {
  let passes = 0;
  const frames: FrameSource = {
    frameCount: scan.frameCount,
    frameSize: scan.frameSize,
    readFrames: async (indices, into) => {
      await scan.frames.readFrames(indices, into);
      if (passes++ === 0) return; // the pass that measures the scales
      const at = Array.from(indices).indexOf(index);
      if (at >= 0) into.fill(3e38, at * 64 * 64, (at + 1) * 64 * 64);
    },
    close: async () => undefined,
  };
  return new RawData({ ...scan, frames });
}
