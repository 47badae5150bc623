import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { engineSettings, withSettings } from '../../../packages/trainer/src/engine/engine-settings.js';
import { loadEngine } from '../../../packages/trainer/src/engine/load-engine.js';

const all = availableParallelism();

describe('engineSettings', () => {
  it.each([
    { options: {}, env: {}, threads: all },
    { options: { threads: 0 }, env: { TF_NUM_INTRAOP_THREADS: '3' }, threads: 3 },
    { options: { threads: 5 }, env: { TF_NUM_INTRAOP_THREADS: '3' }, threads: 5 },
    { options: {}, env: { TF_NUM_INTRAOP_THREADS: 'many' }, threads: all },
    { options: { deterministic: true }, env: {}, threads: 1 },
    { options: { deterministic: true, threads: 4 }, env: {}, threads: 4 },
    { options: { deterministic: true }, env: { TF_NUM_INTRAOP_THREADS: '3' }, threads: 3 },
  ])('decides on $threads threads for $options with $env', ({ options, env, threads }) => {
    expect(engineSettings(options, env).threads).toBe(threads);
  });

  it('hides GPUs unless told otherwise', () => {
    expect(engineSettings({}, {}).accelerator).toBe('cpu');
    expect(engineSettings({ accelerator: 'auto' }, {}).accelerator).toBe('auto');
  });

  it.each([-1, 1.5, Number.NaN])('refuses %s threads', (threads) => {
    expect(() => engineSettings({ threads })).toThrow(RangeError);
  });
});

describe('withSettings', () => {
  it('shows TensorFlow its settings while loading and leaves the environment as it was', async () => {
    const before = { ...process.env };
    const seen = await withSettings({ threads: 3, accelerator: 'cpu', deterministic: false }, async () => ({ ...process.env }));
    expect(seen).toMatchObject({
      TF_NUM_INTRAOP_THREADS: '3',
      TF_NUM_INTEROP_THREADS: '3',
      OMP_NUM_THREADS: '3',
      CUDA_VISIBLE_DEVICES: '-1',
    });
    expect({ ...process.env }).toEqual(before);
  });

  it('leaves the choice of a GPU to TensorFlow for "auto"', async () => {
    const seen = await withSettings(
      { threads: 1, accelerator: 'auto', deterministic: false },
      async () => process.env.CUDA_VISIBLE_DEVICES,
    );
    expect(seen).toBe(process.env.CUDA_VISIBLE_DEVICES);
  });
});

/** Processor time of each thread of this process, in clock ticks. */
function threadTicks(): Map<string, number> {
  return new Map(
    readdirSync('/proc/self/task').map((id) => {
      const stat = readFileSync(`/proc/self/task/${id}/stat`, 'utf8');
      return [id, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[11])];
    }),
  );
}

describe.runIf(process.platform === 'linux')('the number of threads', () => {
  it('is what the engine really computes with', async () => {
    expect((await loadEngine({ threads: 1 })).threads).toBe(1);
    const images = tf.ones([16, 32, 32, 64]) as tf.Tensor4D;
    const filters = tf.ones([3, 3, 64, 64]) as tf.Tensor4D;
    const before = threadTicks();
    for (let run = 0; run < 60; run++) tf.conv2d(images, filters, 1, 'same').dispose();
    const spent = [...threadTicks()].map(([id, ticks]) => ticks - (before.get(id) ?? 0));
    const total = spent.reduce((sum, ticks) => sum + ticks, 0);
    expect(total).toBeGreaterThan(10);
    expect(Math.max(...spent) / total).toBeGreaterThan(0.8);
  });
});
