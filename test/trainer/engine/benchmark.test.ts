import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { benchmarkEngine } from '../../../packages/trainer/src/engine/benchmark.js';
import { loadEngine } from '../../../packages/trainer/src/engine/load-engine.js';

it('measures both operations at the speed of a native engine and leaves no tensors', async () => {
  await loadEngine();
  const before = tf.memory().numTensors;
  const { convolutionGflops, matmulGflops } = benchmarkEngine();
  expect(convolutionGflops).toBeGreaterThan(1);
  expect(matmulGflops).toBeGreaterThan(1);
  expect(tf.memory().numTensors).toBe(before);
});
