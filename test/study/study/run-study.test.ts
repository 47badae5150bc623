import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  COMPARISON_PHASES,
  type RunEvent,
  type RunOptions,
  readManifest,
  resolveRecorded,
  runStudy,
  STUDY_PHASES,
  type StudyPhase,
  type StudyRequest,
  studyManifestKind,
  studyRoots,
  trainingManifestKind,
  verifyEvidence,
} from '@ptychokit/study';
import type { Trainer } from '@ptychokit/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeBundleWriter, outcomeOf } from '../../support/fake-training.js';
import { writeTinyBase } from '../../support/tiny-base.js';
import { tinyDesign } from '../../support/tiny-design.js';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ptychokit-study-'));
});
afterAll(() => rm(root, { recursive: true }));

let count = 0;
const newDir = (): string => join(root, String(count++));

/** A study whose networks are not trained, and how often that happened. */
function fakeStudy(trainer: Trainer = async () => outcomeOf()) {
  const trained: string[] = [];
  const services: RunOptions = {
    writeBundle: fakeBundleWriter,
    trainer: (request) => {
      trained.push(request.config.outputDir);
      return trainer(request);
    },
  };
  const run = (request: Partial<StudyRequest> & { readonly outputDir: string }, options: RunOptions = {}) =>
    runStudy({ design: tinyDesign(), pictures: false, ...request }, { ...services, ...options });
  return { trained, run };
}

describe('runStudy', () => {
  it('does C, D and E in one directory, and vouches for all of it', async () => {
    const outputDir = newDir();
    const phases: string[] = [];
    const onEvent = (event: RunEvent): void => {
      if (event.type === 'phase') phases.push(`${event.letter} ${event.index}/${event.count}`);
    };
    const { roots, manifest } = await fakeStudy().run({ outputDir }, { onEvent });
    expect(phases).toEqual(['C 0/3', 'D 1/3', 'E 2/3']);
    expect(manifest?.status).toBe('completed');
    const jobs = manifest?.phases.map(({ letter, jobs }) => [letter, jobs.map(({ label, status }) => `${label} ${status}`)]);
    const views = ['all/dose=1e+03 completed', 'half/dose=1e+03 completed', 'all/dose=1e+04 completed', 'half/dose=1e+04 completed'];
    expect(jobs).toEqual([
      ['C', ['dose=1e+03 completed', 'dose=1e+04 completed']],
      ['D', expect.arrayContaining([...views, 'lost/dose=1e+03 skipped'])],
      ['E', [...views, 'lost/dose=1e+03 skipped', 'lost/dose=1e+04 skipped']],
    ]);
    expect(await readManifest(roots.manifest, studyManifestKind)).toEqual(manifest);
    expect(await verifyEvidence(outputDir)).toMatchObject({ ok: true, unchecked: [] });
  });

  it('keeps everything when it is repeated, also without being told the design', async () => {
    const outputDir = newDir();
    await fakeStudy().run({ outputDir });
    const files = [join(outputDir, 'base.npz'), join(outputDir, 'data', 'dose_1000', 'patched.npz'), bundleOf(outputDir)];
    const before = await Promise.all(files.map((file) => stat(file)));
    const again = fakeStudy();
    const { manifest } = await again.run({ outputDir, design: undefined });
    expect(manifest?.status).toBe('completed');
    expect(again.trained).toEqual([]);
    const after = await Promise.all(files.map((file) => stat(file)));
    expect(after.map(({ ino, mtimeMs }) => [ino, mtimeMs])).toEqual(before.map(({ ino, mtimeMs }) => [ino, mtimeMs]));
  });

  it('can be moved: its manifests name nothing where it was, everything verifies, and nothing is done again', async () => {
    const [before, outputDir] = [newDir(), newDir()];
    await fakeStudy().run({ outputDir: before });
    await rename(before, outputDir);
    expect(await verifyEvidence(outputDir)).toMatchObject({ ok: true, unchecked: [] });
    const { manifest, data, views, models } = studyRoots(outputDir);
    const names = [join(data, 'run_manifest.json'), join(views, 'metrics_bundle.json'), join(models, 'training_manifest.json')];
    for (const path of [manifest, ...names, join(views, 'dose_1000/half/half_test_metrics.json'), join(models, 'skip_summary.json')])
      expect(await readFile(path, 'utf8'), path).not.toContain(before);
    const { phase_d_root, jobs } = await readManifest(join(models, 'training_manifest.json'), trainingManifestKind);
    expect(phase_d_root).toBe('../views');
    for (const { train_data_path } of jobs) expect(existsSync(resolveRecorded(models, train_data_path)), train_data_path).toBe(true);
    const again = fakeStudy();
    await again.run({ outputDir });
    expect(again.trained).toEqual([]);
  });

  it('goes on with the comparison it was begun with, so that no evidence of a method is lost', async () => {
    const outputDir = newDir();
    const abort = new AbortController();
    const begun = fakeStudy(async () => {
      abort.abort();
      return outcomeOf({ reason: 'interrupted' });
    });
    const phases = COMPARISON_PHASES;
    await expect(begun.run({ outputDir, phases }, { signal: abort.signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
    const done: string[] = [];
    const onEvent = (event: RunEvent): void => {
      if (event.type !== 'phase') return;
      done.push(event.letter);
      if (event.letter === 'F') stop.abort(); // by then the networks are trained, and their manifest is written
    };
    const stop = new AbortController();
    await expect(fakeStudy().run({ outputDir }, { onEvent, signal: stop.signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(done).toEqual(['C', 'D', 'E', 'F']);
    const { jobs } = await readManifest(join(studyRoots(outputDir).models, 'training_manifest.json'), trainingManifestKind);
    expect(new Set(jobs.map(({ model = 'pinn' }) => model))).toEqual(new Set(['pinn', 'supervised']));
  });

  it('goes on where it was interrupted; what stands until then is evidence', async () => {
    const outputDir = newDir();
    const abort = new AbortController();
    const first = fakeStudy(async () => {
      if (first.trained.length === 2) abort.abort();
      return outcomeOf(abort.signal.aborted ? { reason: 'interrupted' } : {});
    });
    await expect(first.run({ outputDir }, { signal: abort.signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(await readManifest(studyRoots(outputDir).manifest, studyManifestKind)).toMatchObject({
      status: 'unfinished',
      phases: [{ letter: 'C' }, { letter: 'D' }],
    });
    expect(await verifyEvidence(outputDir)).toMatchObject({ ok: true });
    const second = fakeStudy();
    expect((await second.run({ outputDir })).manifest?.status).toBe('completed');
    expect(second.trained).toHaveLength(3);
    expect(second.trained).not.toContain(first.trained[0]);
  });

  it('makes again what is no longer what it was', async () => {
    const outputDir = newDir();
    await fakeStudy().run({ outputDir });
    const damaged = [join(outputDir, 'base.npz'), bundleOf(outputDir)];
    const before = await Promise.all(damaged.map((file) => readFile(file)));
    for (const file of damaged) await flip(file);
    const again = fakeStudy();
    await again.run({ outputDir });
    expect(again.trained).toHaveLength(1);
    for (const [i, file] of damaged.entries()) expect((await readFile(file)).equals(before[i] as Buffer)).toBe(true);
  });

  it('takes a base scan that is given', async () => {
    const [outputDir, basePath] = [newDir(), await writeTinyBase(join(root, 'own.npz'))];
    const { manifest, roots } = await fakeStudy().run({ outputDir, basePath });
    expect(existsSync(roots.base)).toBe(false);
    expect(manifest).toMatchObject({ status: 'completed', base_npz: { path: basePath, request_sha256: null } });
  });

  it('ends as failed where a job failed, the others being done', async () => {
    const outputDir = newDir();
    const failing = fakeStudy(async ({ config }) => {
      if (config.nphotons === 1e4) throw new Error('no such luck');
      return outcomeOf();
    });
    const { manifest } = await failing.run({ outputDir });
    expect(manifest?.status).toBe('failed');
    expect(manifest?.phases[2]?.jobs.filter(({ status }) => status === 'failed')).toEqual([
      { label: 'all/dose=1e+04', status: 'failed', detail: 'no such luck' },
      { label: 'half/dose=1e+04', status: 'failed', detail: 'no such luck' },
    ]);
    expect(manifest?.phases[2]?.jobs.filter(({ status }) => status === 'completed')).toHaveLength(2);
  });

  it('leaves out what follows a phase of which nothing succeeded', async () => {
    const vain: StudyPhase = {
      letter: 'X',
      command: 'x',
      title: 'nothing',
      run: async ({ roots }) => ({ manifestPath: roots.design, jobs: [{ label: 'a', status: 'failed', detail: 'no' }] }),
    };
    const { manifest } = await fakeStudy().run({ outputDir: newDir(), phases: [vain, ...STUDY_PHASES] });
    expect(manifest).toMatchObject({ status: 'failed', phases: [{ letter: 'X' }] });
  });

  it('refuses another design in the same directory and says what differs, unless told to go on with it', async () => {
    const outputDir = newDir();
    await fakeStudy().run({ outputDir });
    const design = tinyDesign({ 'seeds.grouping': 9, doses: [1e3, 1e4, 1e5] });
    await expect(fakeStudy().run({ outputDir, design })).rejects.toMatchObject({
      code: 'USAGE',
      what: expect.stringMatching(/another design\n {2}- doses: was \[1000,10000\], now \[1000,10000,100000\]\n {2}- seeds: /),
      fix: expect.stringContaining('--change-design'),
    });
    const more = fakeStudy();
    const { manifest } = await more.run({ outputDir, design: tinyDesign({ doses: [1e3, 1e4, 1e5] }), changeDesign: true });
    expect(manifest?.status).toBe('completed');
    expect(more.trained).toHaveLength(2); // the new dose alone
  });

  it.each([
    [{ training: { nepoch: 3 } }, /nepoch/],
    [{ training: { batchSize: 0 } }, /batchSize/],
    [{ baseScan: { object: 'siemens', frame: 3 } }, /baseScan\.frame/],
    [{ baseScan: { frames: 'many' } }, /baseScan\.frames/],
    [{ baseScan: { step: -1 } }, /step/],
  ])('finds what is wrong with %o before it writes anything', async (wrong, what) => {
    const outputDir = newDir();
    await expect(fakeStudy().run({ outputDir, design: tinyDesign(wrong) })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(what),
    });
    expect(existsSync(outputDir)).toBe(false);
  });
});

describe('verify of a study', () => {
  it('names the file in which one byte changed, whichever it is', async () => {
    const outputDir = newDir();
    await fakeStudy().run({ outputDir });
    for (const name of [
      'design.yaml',
      'base.npz',
      'data/dose_1000/simulated_raw.npz',
      'data/dose_10000/patched_test.npz',
      'data/dose_1000/dose_record.json',
      'data/run_manifest.json',
      'views/dose_1000/half/half_train.npz',
      'views/dose_1000/half/half_test_metrics.json',
      'models/dose_10000/half/gs2/wts.h5.zip',
      'models/dose_10000/half/gs2/job_result.json',
      'models/training_manifest.json',
    ]) {
      await flip(join(outputDir, name));
      const { ok, findings } = await verifyEvidence(outputDir);
      expect({ ok, paths: findings.map(({ path }) => path) }).toEqual({ ok: false, paths: expect.arrayContaining([name]) });
      await flip(join(outputDir, name));
    }
    expect((await verifyEvidence(outputDir)).ok).toBe(true);
  });
});

const bundleOf = (dir: string): string => join(dir, 'models', 'dose_1000', 'all', 'gs1', 'wts.h5.zip');

/** Changes one byte in the middle of a file; changes it back when done again. */
async function flip(path: string): Promise<void> {
  const bytes = await readFile(path);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] as number) ^ 1;
  await writeFile(path, bytes);
}
