import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Random } from '@ptychokit/config';
import { RawData } from '@ptychokit/memmap-bridge';
import type { BundleWriter, TrainerOutcome } from '@ptychokit/trainer';

/** A scan in memory, too small to train on and large enough to be handed about. */
export function rawOf(source: string): RawData {
  const [N, count] = [64, 4];
  const random = new Random(3, source);
  return RawData.fromArrays({
    diffraction: Float32Array.from(random.normals(count * N * N), Math.abs),
    frameSize: N,
    xcoords: Float64Array.of(0, 8, 0, 8),
    ycoords: Float64Array.of(0, 0, 8, 8),
    probeGuess: { shape: [N, N], data: Float32Array.from(random.normals(2 * N * N)) },
    source,
  });
}

/** What a trainer ends with, without any training. */
export const outcomeOf = (changes: Partial<TrainerOutcome> = {}): TrainerOutcome => ({
  model: { name: 'a model' } as never,
  history: [
    { epoch: 1, trainLoss: 0.5, valLoss: 0.6, learningRate: 1e-3, seconds: 1, patternsPerSecond: 10 },
    { epoch: 2, trainLoss: 0.25, valLoss: 0.3, learningRate: 5e-4, seconds: 1, patternsPerSecond: 10 },
  ],
  bestEpoch: 2,
  epochsCompleted: 2,
  reason: 'completed',
  checkpointPath: null,
  ...changes,
});

/** Writes a file where the archive would be. */
export const fakeBundleWriter: BundleWriter = async (model, path) => {
  const bytes = Buffer.from(JSON.stringify(model));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
};
