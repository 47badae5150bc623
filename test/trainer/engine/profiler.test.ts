import { Profiler } from '@ptychokit/trainer';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { tinyRun, tinyScan } from '../../support/tiny-run.js';

/** A clock that goes forward by one second at each look. */
function steadyClock(): () => number {
  let now = 0;
  return () => 1e3 * now++;
}

describe('The stages of a profile', () => {
  it('take turns, add up, and count how often each began', () => {
    const profiler = new Profiler({ now: steadyClock(), stage: 'a' });
    profiler.enter('b');
    profiler.enter('b'); // goes on
    profiler.enter('a');
    const { seconds, stages } = profiler.report();
    expect(stages).toEqual([
      { name: 'a', calls: 2, seconds: 2 },
      { name: 'b', calls: 1, seconds: 2 },
    ]);
    expect(seconds).toBe(4);
  });

  it('of a training run are those of its loop, and its kernels belong to them', async () => {
    const profiler = new Profiler();
    profiler.attach();
    await tinyRun({ train: tinyScan({ frames: 4 }), config: { nepochs: 1, batchSize: 2 }, profiler });
    profiler.detach();
    const { seconds, stages, kernels } = profiler.report();
    expect(stages.map(({ name }) => name)).toEqual(['start', 'prepare', 'read', 'forward', 'backward', 'update', 'report', 'validate']);
    expect(stages.reduce((sum, stage) => sum + stage.seconds, 0)).toBeCloseTo(seconds, 6);
    expect(stages.find(({ name }) => name === 'backward')?.calls).toBe(2);
    const calls = (stage: string, name: string): number | undefined => kernels.find((k) => k.stage === stage && k.name === name)?.calls;
    // 2 batches trained and 1 validated
    expect(calls('forward', 'Conv2D')).toBe(2 * (calls('validate', 'Conv2D') as number));
    expect(calls('backward', 'Conv2DBackpropFilter')).toBe(calls('forward', 'Conv2D'));
    expect(calls('update', 'ResourceApplyAdam')).toBeGreaterThan(0);
    expect(kernels.every((kernel, i) => i === 0 || kernel.seconds <= (kernels[i - 1]?.seconds as number))).toBe(true);
    const inKernels = kernels.filter(({ stage }) => stage === 'backward').reduce((sum, kernel) => sum + kernel.seconds, 0);
    expect(inKernels).toBeLessThanOrEqual(stages.find(({ name }) => name === 'backward')?.seconds as number);
  });
});

it('An engine is measured while attached, and left as it was', () => {
  const profiler = new Profiler();
  const backend = tf.backend();
  const before = Object.getOwnPropertyNames(backend);
  const work = (): void => void tf.tidy(() => tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])));
  profiler.attach();
  profiler.attach(); // measures once all the same
  work();
  profiler.detach();
  work();
  expect(profiler.report().kernels.find(({ name }) => name.startsWith('BatchMatMul'))?.calls).toBe(1);
  expect(Object.getOwnPropertyNames(backend)).toEqual(before);
});
