import { Random } from '@ptychokit/config';
import { describe, expect, it } from 'vitest';
import { createBatching } from '../../../packages/iterative/src/batching/batching.js';

const random = new Random(1, 'positions');
const x = Float64Array.from({ length: 100 }, () => 100 * random.uniform());
const y = Float64Array.from({ length: 100 }, () => 100 * random.uniform());
const frames = Int32Array.from({ length: 95 }, (_, j) => j);
const options = { batchSize: 20, seed: 3, frames, x, y };

const spreadOf = (batch: Int32Array): number => {
  const deviation = (values: Float64Array): number => {
    const mean = batch.reduce((sum, j) => sum + (values[j] as number), 0) / batch.length;
    return Math.sqrt(batch.reduce((sum, j) => sum + ((values[j] as number) - mean) ** 2, 0) / batch.length);
  };
  return deviation(x) + deviation(y);
};

describe.each(['random', 'uniform', 'compact'] as const)('Batches, %s', (batching) => {
  it('hold every frame once, none more than the batch size, the same for the same seed', () => {
    const batches = createBatching({ ...options, batching }).epoch(2);
    expect(batches.flatMap((batch) => [...batch]).sort((a, b) => a - b)).toEqual([...frames]);
    expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(20);
    expect(createBatching({ ...options, batching }).epoch(2)).toEqual(batches);
    expect(createBatching({ ...options, batching }).epoch(3)).not.toEqual(batches);
  });
});

it('Compact batches are small, uniform ones as wide as the scan', () => {
  const widest = (batching: 'uniform' | 'compact') =>
    createBatching({ ...options, batching })
      .epoch(1)
      .map(spreadOf);
  expect(Math.max(...widest('compact'))).toBeLessThan(Math.min(...widest('uniform')));
});
