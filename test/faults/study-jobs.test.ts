import '@tensorflow/tfjs-node';
import { chmodSync, chownSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  generateData,
  inProcessRunner,
  type RunOptions,
  readManifest,
  runManifestKind,
  type TrainMatrixRequest,
  trainingManifestKind,
  trainingPaths,
  trainMatrix,
  verifyEvidence,
  viewPaths,
} from '@ptychokit/study';
import type { Trainer } from '@ptychokit/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeBundleWriter, outcomeOf } from '../support/fake-training.js';
import { mountSmallDisk } from '../support/small-disk.js';
import { writeTinyBase } from '../support/tiny-base.js';
import { tinyDesign } from '../support/tiny-design.js';
import { TINY_TRAINING, type TinyStudy, writeTinyStudy } from '../support/tiny-study.js';

const root = await mkdtemp(join(tmpdir(), 'ptychokit-faults-'));
const small = mountSmallDisk(join(root, 'small'), '20m');
const tiny = mountSmallDisk(join(root, 'tiny'), '2m');
let study: TinyStudy;
beforeAll(async () => {
  await chmod(root, 0o755);
  study = await writeTinyStudy(join(root, 'study'), { doses: [1e3, 1e4], views: ['dense'] });
});
afterAll(async () => {
  for (const disk of [small, tiny]) disk?.unmount();
  await rm(root, { recursive: true });
});

/** The two jobs without groups, one after the other, which is all these faults need. */
const request = (artifactRoot: string): TrainMatrixRequest => ({
  ...study,
  artifactRoot,
  filters: { view: 'baseline' },
  training: TINY_TRAINING,
  runner: inProcessRunner(),
});

const fakes = (trainer: Trainer = async () => outcomeOf()): RunOptions => ({ trainer, writeBundle: fakeBundleWriter });

/** What a matrix says of its jobs, and that its manifest says the same and is sound. */
async function outcomes(asked: TrainMatrixRequest, options: RunOptions = {}): Promise<readonly (string | null)[]> {
  const { results } = await trainMatrix(asked, options);
  const manifest = await readManifest(join(asked.artifactRoot, 'training_manifest.json'), trainingManifestKind);
  const told = results.map(({ status, error }) => (status === 'completed' ? status : error));
  expect(manifest.jobs.map(({ result }) => (result.status === 'completed' ? result.status : result.error))).toEqual(told);
  for (const { result } of manifest.jobs.filter((job) => job.result.status === 'failed'))
    expect(result).toMatchObject({ bundle_path: null, bundle_sha256: null });
  expect((await verifyEvidence(asked.artifactRoot)).findings).toEqual([]);
  return told;
}

describe.skipIf(small === undefined)('a disk that is full (left out without the right to mount one)', () => {
  it('fails the jobs that find no room, with the reason; with more room they alone are done', async () => {
    const asked = request(join(small?.path as string, 'e'));
    expect(await outcomes(asked)).toEqual(['completed', expect.stringMatching(/disk is full|no space left/i)]);
    const names = await readdir(trainingPaths(asked.artifactRoot, { dose: 1e4, view: 'baseline', gridsize: 1 }).dir, { recursive: true });
    expect(names.filter((name) => name.endsWith('.tmp'))).toEqual([]);
    small?.resize('64m');
    const kept: string[] = [];
    const told = await outcomes(asked, {
      onEvent: (event) => void (event.type === 'job' && event.state === 'kept' && kept.push(event.label)),
    });
    expect(told).toEqual(['completed', 'completed']);
    expect(kept).toEqual(['baseline/dose=1e+03']);
  });

  it('fails the doses that find no room', async () => {
    const basePath = await writeTinyBase(join(root, 'base.npz'));
    const outputRoot = join(tiny?.path as string, 'c');
    const { results } = await generateData({ basePath, outputRoot, design: tinyDesign(), runner: inProcessRunner() });
    expect(results.map(({ status }) => status)).toContain('failed');
    for (const { status, error } of results) if (status === 'failed') expect(error).toMatch(/disk is full|no space left/i);
    const manifest = await readManifest(join(outputRoot, 'run_manifest.json'), runManifestKind);
    expect(manifest.doses.map(({ status }) => status)).toEqual(results.map(({ status }) => status));
    expect((await verifyEvidence(outputRoot)).findings).toEqual([]);
    await rm(outputRoot, { recursive: true });
  });

  it('leaves the manifest as it was where a new one finds no room', async () => {
    const asked = request(join(tiny?.path as string, 'e'));
    await trainMatrix(asked, fakes());
    const path = join(asked.artifactRoot, 'training_manifest.json');
    const before = await readFile(path, 'utf8');
    fill(join(tiny?.path as string, 'filling'));
    await expect(trainMatrix(asked, fakes())).rejects.toMatchObject({ code: 'OUTPUT', systemCode: 'ENOSPC' });
    expect(await readFile(path, 'utf8')).toBe(before);
    expect((await verifyEvidence(asked.artifactRoot)).findings).toEqual([]);
  });
});

describe('a directory that may not be written', () => {
  it('fails its job with the reason; the other one is done', async () => {
    const asked = request(join(root, 'forbidden'));
    const { dir } = trainingPaths(asked.artifactRoot, { dose: 1e4, view: 'baseline', gridsize: 1 });
    mkdirSync(dir, { recursive: true });
    chmodSync(dir, 0o555);
    // What is loaded when it is first needed may lie where only root can read.
    await outcomes(request(join(root, 'allowed')), fakes());
    const told = await asNobody(asked.artifactRoot, () => outcomes(asked, fakes()));
    expect(told).toEqual(['completed', expect.stringMatching(/No permission to write[\s\S]*at: .*gs1[\s\S]*fix: change the permissions/)]);
    chmodSync(dir, 0o755);
    expect(await outcomes(asked, fakes())).toEqual(['completed', 'completed']);
  });
});

describe('an input that goes away in the middle', () => {
  it.each([
    ['removed', async (path: string) => rm(path)],
    ['cut short', async (path: string) => truncateSync(path, 2000)],
    ['replaced by something else', async (path: string) => writeFileSync(path, 'no scan at all')],
  ])('is a failed job with its reason where the scan was %s', async (name, harm) => {
    const again = await writeTinyStudy(join(root, name), { doses: [1e3, 1e4], views: ['dense'] });
    const asked = { ...request(join(root, name, 'e')), ...again, filters: { view: 'dense' } };
    const victim = viewPaths(again.phaseDRoot, { dose: 1e4, view: 'dense' }).data.train;
    const told = await outcomes(
      asked,
      fakes(async ({ config }) => {
        if (config.nphotons === 1e3) await harm(victim);
        return outcomeOf();
      }),
    );
    expect(told).toEqual(['completed', expect.stringContaining(`${dirname(victim).split('/').at(-1)}_train.npz`)]);
  });

  it('is a failed job where the scan is cut short while it is trained on', async () => {
    const again = await writeTinyStudy(join(root, 'during'), { doses: [1e3, 1e4], views: ['dense'] });
    const asked = { ...request(join(root, 'during', 'e')), ...again, filters: { view: 'dense' } };
    const told = await outcomes(
      asked,
      fakes(async ({ config, train }) => {
        if (config.nphotons === 1e4) truncateSync(viewPaths(again.phaseDRoot, { dose: 1e4, view: 'dense' }).data.train, 2000);
        await train.frames.readFrames(Int32Array.of(train.frameCount - 1), new Float32Array(train.frameSize ** 2));
        return outcomeOf();
      }),
    );
    expect(told).toEqual(['completed', expect.stringContaining('dense_train.npz')]);
  });
});

/** Takes all the room that is left. */
function fill(path: string): void {
  for (let chunk = 1 << 20; chunk >= 1; chunk >>= 1) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(chunk), { flag: 'a' });
    } catch {
      // A smaller piece may still fit.
    }
  }
}

/** Works without the rights of root, to whom every directory is open; what it writes goes below `dir`. */
async function asNobody<T>(dir: string, work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  const nobody = 65534;
  for (const path of [dir, join(dir, 'dose_1000'), join(dir, 'dose_10000'), join(dir, 'dose_10000', 'baseline')]) {
    mkdirSync(path, { recursive: true });
    chownSync(path, nobody, nobody);
  }
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
