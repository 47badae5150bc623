import { rmSync } from 'node:fs';
import { executeTrainingJob } from '@ptychokit/study';
import { expect, test, vi } from 'vitest';
import { bridgeFactory, raw, request, trainer, writeBundle } from './scan.js';

test('spies see two bridges with one frozen configuration, and the scans reach the trainer', async () => {
  const given = request();
  const [bridge, train] = [vi.fn(bridgeFactory), vi.fn(trainer)];
  const result = await executeTrainingJob(given, { bridgeFactory: bridge, trainer: train, writeBundle });
  rmSync(given.job.artifactDir, { recursive: true });
  expect(result).toMatchObject({ status: 'completed', final_loss: 0.5, bundle_sha256: '0'.repeat(64) });
  expect(bridge.mock.calls.map(([path]) => path)).toEqual(['train.npz', 'test.npz']);
  expect(bridge.mock.calls.every(([, config]) => config === given.config && Object.isFrozen(config))).toBe(true);
  expect(train).toHaveBeenCalledTimes(1);
  expect(train.mock.calls[0]?.[0].train).toBe(raw);
});
