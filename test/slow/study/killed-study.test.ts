import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '@ptychokit/config';
import {
  designText,
  digestFile,
  dosePaths,
  JOB_RECORD_NAME,
  jobRecordKind,
  readManifest,
  SPLITS,
  studyRoots,
  trainingPaths,
  verifyEvidence,
  viewPaths,
} from '@ptychokit/study';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startProcess } from '../../support/run-cli.js';
import { tinyDesign } from '../../support/tiny-design.js';

const KILLS = Number(process.env.PTYCHOKIT_KILLS ?? 20);
const SEED = Number(process.env.PTYCHOKIT_KILL_SEED ?? 1);

const design = tinyDesign({
  doses: [1e3, 1e4, 1e5],
  views: [
    { name: 'all', gridsize: 1 },
    { name: 'half', gridsize: 2, overlap: 0.85 },
  ],
  baseScan: { object: 'siemens', frames: 36, step: 8, seed: 1 },
  training: { nepochs: 2, batchSize: 4 },
});
const JOBS = design.doses.flatMap((dose) => design.views.map(({ name: view, gridsize }) => ({ dose, view, gridsize })));

let root = '';
let designFile = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ptychokit-killed-study-'));
  designFile = join(root, 'design.yaml');
  await writeFile(designFile, designText(design));
});
afterAll(() => rm(root, { recursive: true }));

const start = (dir: string) =>
  startProcess(['study', '--design', designFile, '--output-dir', dir, '--deterministic', '--no-pictures', '--jobs', '2'], {
    detached: true,
  });

const recordOf = (dir: string, job: (typeof JOBS)[number]): string => join(trainingPaths(studyRoots(dir).models, job).dir, JOB_RECORD_NAME);

/** Digests of everything a study makes that must not depend on how often it was killed. */
async function digestsOf(dir: string): Promise<Readonly<Record<string, string>>> {
  const { base, data, views } = studyRoots(dir);
  const files = [
    base,
    ...design.doses.flatMap((dose) => Object.values(dosePaths(data, dose)).filter((path) => path.endsWith('.npz'))),
    ...JOBS.flatMap((job) => SPLITS.map((split) => viewPaths(views, job).data[split])),
  ];
  const digests: Record<string, string> = {};
  for (const path of files) digests[path.slice(dir.length)] = (await digestFile(path)).sha256;
  for (const job of JOBS) {
    const { result } = await readManifest(recordOf(dir, job), jobRecordKind);
    digests[`${job.view} ${job.dose}`] = `${result.bundle_sha256} ${JSON.stringify(result.history)}`;
  }
  return digests;
}

/** Jobs that are finished, each with what would change if it were done again: inode and time of its record and of its archive. */
async function finishedJobs(dir: string): Promise<ReadonlyMap<string, string>> {
  const finished = new Map<string, string>();
  for (const job of JOBS) {
    const path = recordOf(dir, job);
    const record = existsSync(path) ? await readManifest(path, jobRecordKind) : undefined;
    if (record?.result.status !== 'completed') continue;
    const files = [path, join(trainingPaths(studyRoots(dir).models, job).dir, 'wts.h5.zip')];
    const stats = await Promise.all(files.map((file) => stat(file)));
    finished.set(`${job.view} ${job.dose}`, stats.map(({ ino, mtimeMs }) => `${ino} ${mtimeMs}`).join(', '));
  }
  return finished;
}

/** One attempt: killed after some time, the program alone or with its workers; true when it had finished before. */
async function attempt(dir: string, life: { readonly ms: number; readonly whole: boolean }): Promise<boolean> {
  const run = start(dir);
  await Promise.race([delay(life.ms), run.outcome]);
  const { pid } = run.child;
  if (run.child.exitCode === null && pid !== undefined) process.kill(life.whole ? -pid : pid, 'SIGKILL');
  const { code, stderr } = await run.outcome;
  expect([0, null], stderr).toContain(code);
  return code === 0;
}

it('A study that is killed again and again at random instants ends with the same digests, and redoes no finished job', {
  timeout: 7_200_000,
}, async () => {
  const undisturbed = join(root, 'undisturbed');
  const begun = performance.now();
  const first = await start(undisturbed).outcome;
  expect(first.code, first.stderr).toBe(0);
  const whole_ms = performance.now() - begun;
  const expected = await digestsOf(undisturbed);

  const random = new Random(SEED, 'kills');
  const history: string[] = [];
  let kills = 0;
  let kept = 0;
  for (let round = 0; kills < KILLS; round++) {
    const dir = join(root, `killed-${round}`);
    const seen = new Map<string, string>();
    for (;;) {
      const life = { ms: whole_ms * random.uniform(), whole: random.uniform() < 0.5 };
      const hasFinished = await attempt(dir, life);
      const how = hasFinished ? 'finished' : `killed after ${life.ms.toFixed(0)} ms${life.whole ? ' with its workers' : ''}`;
      history.push(`round ${round}: ${how}`);
      process.stderr.write(`${kills + (hasFinished ? 0 : 1)} of ${KILLS} kills; ${history.at(-1)}\n`);
      const told = history.join('\n');
      // What a finished job left is still what it left.
      const finished = await finishedJobs(dir);
      for (const [job, files] of seen) expect(finished.get(job), `${job}\n${told}`).toBe(files);
      for (const [job, files] of finished) seen.set(job, files);
      const { findings } = existsSync(dir) ? await verifyEvidence(dir) : { findings: [] };
      expect(
        findings.filter(({ kind }) => kind !== 'no-manifest'),
        told,
      ).toEqual([]);
      if (hasFinished) break;
      kills++;
      kept += finished.size;
    }
    expect(await digestsOf(dir), history.join('\n')).toEqual(expected);
    await rm(dir, { recursive: true });
  }
  process.stdout.write(
    `${kills} kills over ${(whole_ms / 1e3).toFixed(0)} s of an undisturbed run, ${kept} finished jobs found and kept\n${history.join('\n')}\n`,
  );
});
