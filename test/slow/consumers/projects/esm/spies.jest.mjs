import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { inMemoryBridge, RawData } from '@ptychokit/memmap-bridge';
import { executeTrainingJob, jobConfig } from '@ptychokit/study';

const N = 64;
const raw = RawData.fromArrays({
  diffraction: new Float32Array(4 * N * N).fill(1),
  frameSize: N,
  xcoords: Float64Array.of(0, 8, 0, 8),
  ycoords: Float64Array.of(0, 0, 8, 8),
  probeGuess: { shape: [N, N], data: new Float32Array(2 * N * N).fill(1) },
  source: 'in memory',
});

test('jest spies stand in for bridge, trainer and bundle', async () => {
  const artifactDir = mkdtempSync(join(tmpdir(), 'ptychokit-consumer-'));
  const job = {
    dose: 1e3,
    view: 'baseline',
    gridsize: 1,
    trainDataPath: 'a.npz',
    testDataPath: 'b.npz',
    artifactDir,
    logPath: join(artifactDir, 'log'),
  };
  const bridgeFactory = jest.fn(() => inMemoryBridge(raw));
  const trainer = jest.fn(async () => ({
    model: {},
    history: [],
    bestEpoch: 1,
    epochsCompleted: 1,
    reason: 'completed',
    checkpointPath: null,
  }));
  const writeBundle = jest.fn(async (_, path) => {
    writeFileSync(path, 'bundle');
    return { path, bytes: 6, sha256: '0'.repeat(64) };
  });
  const result = await executeTrainingJob({ job, config: jobConfig(job), logPath: job.logPath }, { bridgeFactory, trainer, writeBundle });
  rmSync(artifactDir, { recursive: true });
  expect(result.error).toBe(null);
  expect(result.status).toBe('completed');
  expect(bridgeFactory.mock.calls.map(([path]) => path)).toEqual(['a.npz', 'b.npz']);
  expect(trainer).toHaveBeenCalledTimes(1);
  expect(writeBundle).toHaveBeenCalledTimes(1);
});
