// What a program in TypeScript does first: a scan in memory, a frozen configuration, a job with spies in the place of services.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadExecutionConfig, Random, type TrainingConfig } from '@ptychokit/config';
import { type BridgeFactory, inMemoryBridge, RawData } from '@ptychokit/memmap-bridge';
import { jobConfig, type TrainingJob, type TrainingJobRequest } from '@ptychokit/study';
import type { BundleWriter, Trainer, TrainerOutcome } from '@ptychokit/trainer';

const N = 64;
const count = 4;
const random = new Random(0, 'consumer');

export const raw: RawData = RawData.fromArrays({
  diffraction: Float32Array.from(random.normals(count * N * N), Math.abs),
  frameSize: N,
  xcoords: Float64Array.of(0, 8, 0, 8),
  ycoords: Float64Array.of(0, 0, 8, 8),
  probeGuess: { shape: [N, N], data: Float32Array.from(random.normals(2 * N * N)) },
  source: 'in memory',
});

export const bridgeFactory: BridgeFactory = (_path: string, _config: TrainingConfig) => inMemoryBridge(raw);

const outcome: TrainerOutcome = {
  model: {} as TrainerOutcome['model'],
  history: [{ epoch: 1, trainLoss: 0.5, valLoss: null, learningRate: 1e-3, seconds: 1, patternsPerSecond: 4 }],
  bestEpoch: 1,
  epochsCompleted: 1,
  reason: 'completed',
  checkpointPath: null,
};
export const trainer: Trainer = async () => outcome;

export const writeBundle: BundleWriter = async (_model, path) => {
  writeFileSync(path, 'bundle');
  return { path, bytes: 6, sha256: '0'.repeat(64) };
};

/** A job in a folder of its own. */
export function request(): TrainingJobRequest {
  const artifactDir = mkdtempSync(join(tmpdir(), 'ptychokit-consumer-'));
  const job: TrainingJob = {
    ...{ dose: 1e3, view: 'baseline', gridsize: 1, trainDataPath: 'train.npz', testDataPath: 'test.npz' },
    ...{ artifactDir, logPath: join(artifactDir, 'train.log'), execution: loadExecutionConfig() },
  };
  return { job, config: jobConfig(job), logPath: job.logPath };
}
