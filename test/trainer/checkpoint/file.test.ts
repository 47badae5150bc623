import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPtychoError, Random } from '@ptychokit/config';
import { writeNpz } from '@ptychokit/memmap-bridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../packages/trainer/src/checkpoint/checkpoint.js';
import { readCheckpoint, writeCheckpoint } from '../../../packages/trainer/src/checkpoint/file.js';
import { tinyConfig } from '../../support/tiny-config.js';
import { checkpointOf, SPECS } from './checkpoint-of.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ptychokit-checkpoint-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
const newPath = (): string => join(folder, `${files++}.npz`);

async function written(checkpoint: Checkpoint): Promise<string> {
  const path = newPath();
  await writeCheckpoint(path, checkpoint, SPECS);
  return path;
}

const refusal = async (path: string, specs = SPECS): Promise<Error> =>
  readCheckpoint(path, specs).then(
    () => {
      throw new Error('expected a refusal');
    },
    (error: Error) => error,
  );

describe('A checkpoint', () => {
  it('comes back as it was written, every bit of it', async () => {
    const random = new Random(1);
    const checkpoint = checkpointOf({
      config: tinyConfig({ learningRate: random.uniform(), 'model.gridsize': 2, nphotons: 1e9 / 7 }),
      progress: { epoch: 3, step: 17, lossSum: random.normal(), lossCount: 68 },
    });
    expect(await readCheckpoint(await written(checkpoint), SPECS)).toEqual(checkpoint);
  });

  it('may be without a best epoch', async () => {
    const checkpoint = checkpointOf({ bestValues: null, history: [] });
    expect(await readCheckpoint(await written(checkpoint), SPECS)).toEqual(checkpoint);
  });

  it('keeps the missing validation loss apart from a number', async () => {
    const history = [{ epoch: 1, trainLoss: 0.5, valLoss: null, learningRate: 1e-3, seconds: 1, patternsPerSecond: 2 }];
    expect((await readCheckpoint(await written(checkpointOf({ history })), SPECS)).history).toEqual(history);
  });

  it('replaces another one whole, and leaves no temporary file', async () => {
    const path = newPath();
    await writeCheckpoint(path, checkpointOf({}), SPECS);
    const second = checkpointOf({ progress: { epoch: 9, step: 0, lossSum: 0, lossCount: 0 } });
    await writeCheckpoint(path, second, SPECS);
    expect(await readCheckpoint(path, SPECS)).toEqual(second);
    expect((await readdir(folder)).filter((name) => !/^\d+\.npz$/.test(name))).toEqual([]);
  });
});

describe('A file is refused', () => {
  it('that is another archive', async () => {
    const path = newPath();
    await writeNpz(path, { xcoords: new Float64Array(3) });
    const error = await refusal(path);
    expect(isPtychoError(error, 'CHECKPOINT')).toBe(true);
    expect(error.message).toBe(
      `The file is no checkpoint\n  at: ${path}\n  fix: start again with --no-resume, or with another output directory`,
    );
  });

  it('that is of another version', async () => {
    const path = newPath();
    await writeNpz(path, { _checkpoint: JSON.stringify({ format: 'ptychokit checkpoint', version: 2 }) });
    const error = await refusal(path);
    expect(isPtychoError(error, 'CHECKPOINT')).toBe(true);
    expect(error.message).toContain('The checkpoint is of version 2, this program reads version 1');
  });

  it('that holds parameters of other shapes', async () => {
    const path = await written(checkpointOf({}));
    const error = await refusal(path, [{ ...SPECS[0], shape: [7] } as (typeof SPECS)[0], ...SPECS.slice(1)]);
    expect(isPtychoError(error, 'CHECKPOINT')).toBe(true);
    expect(error.message).toContain("The array 'value/kernel' of the checkpoint does not fit the model: expected 7 float32 values, got 6");
  });

  it('that lacks a parameter', async () => {
    const path = await written(checkpointOf({}));
    expect(isPtychoError(await refusal(path, [...SPECS, { name: 'more', shape: [1], initialiser: { kind: 'constant', value: 0 } }]))).toBe(
      true,
    );
  });

  it('that was cut short', async () => {
    const path = newPath();
    await writeFile(path, new Uint8Array(100));
    expect(isPtychoError(await refusal(path))).toBe(true);
  });
});
