// The nine jobs of the study by the clock: in a pool of two processes with one thread each, one after another with one thread, and in one
// process with two threads. Every matrix is a command of its own on the compiled packages, results in a fresh folder.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { dosePaths, readManifest, simulateScanFile, TRAINING_MANIFEST_NAME, trainingManifestKind, viewPaths } from '@ptychokit/study';
import type { Row } from '../row.js';
import { medianOf, quote } from '../statistics.js';

const DOSES = [1e3, 1e4, 1e5];
/** Frames of a scan of each view, about in the proportion of the canonical study. */
const FRAMES = { baseline: 192, dense: 64, sparse: 48 } as const;
const PROGRAM = fileURLToPath(new URL('../../packages/study/bin/ptychokit.js', import.meta.url));

/** Ways to do the matrix. */
const WAYS = {
  pool: ['--runner', 'process-pool', '--jobs', '2'],
  serial: ['--runner', 'in-process', '--threads', '1'],
  wide: ['--runner', 'in-process', '--threads', '2'],
} as const;
type Way = keyof typeof WAYS;

const GATE = 0.62;

/** The matrix in one way: seconds of the command, and of all jobs together by their own clocks. */
interface MatrixTime {
  readonly wall_s: number;
  readonly jobs_s: number;
}

/** Times the matrix in every way, alternating. */
export async function poolRows({
  pairs,
  epochs,
  ways,
}: {
  readonly pairs: number;
  readonly epochs: string;
  readonly ways: readonly string[];
}): Promise<readonly Row[]> {
  const chosen = (Object.keys(WAYS) as Way[]).filter((way) => ways.includes(way));
  const root = await mkdtemp(join(tmpdir(), 'ptychokit-pool-bench-'));
  try {
    await writeScans(root);
    const times = new Map<Way, MatrixTime[]>(chosen.map((way) => [way, []]));
    for (let pair = 0; pair < pairs; pair++) {
      const order = pair % 2 === 0 ? chosen : [...chosen].reverse();
      for (const way of order) times.get(way)?.push(await timeOf(way, { root, epochs }));
    }
    return chosen.flatMap((way) => rowOf(way, { times: times.get(way) ?? [], pool: times.get('pool') ?? [] }));
  } finally {
    await rm(root, { recursive: true });
  }
}

function rowOf(way: Way, { times, pool }: { readonly times: readonly MatrixTime[]; readonly pool: readonly MatrixTime[] }): readonly Row[] {
  const text = (key: keyof MatrixTime): string => times.map((time) => time[key].toFixed(1)).join(', ');
  const whole = `nine jobs, ${way}`;
  const own: Row = { figure: whole, gate: 'printed', measured: `${text('wall_s')} s; jobs alone ${text('jobs_s')} s`, passed: null };
  if (way === 'pool' || pool.length === 0) return [own];
  const ratios = times.map(({ wall_s }, i) => (pool[i] as MatrixTime).wall_s / wall_s);
  const isGated = way === 'serial';
  return [
    own,
    {
      figure: `nine jobs, pool of two / ${way}`,
      gate: isGated ? `<= ${GATE}` : 'printed',
      measured: quote(ratios),
      passed: isGated ? medianOf(ratios) <= GATE : null,
    },
  ];
}

async function writeScans(root: string): Promise<void> {
  const paths = { baseline: join(root, 'baseline.npz'), dense: join(root, 'dense.npz'), sparse: join(root, 'sparse.npz') };
  for (const view of ['baseline', 'dense', 'sparse'] as const)
    await simulateScanFile(paths[view], { object: 'siemens', frames: FRAMES[view], step: 4, nphotons: 1e5, seed: 1 });
  for (const dose of DOSES) {
    const { patchedTrain, patchedTest } = dosePaths(join(root, 'c'), dose);
    await copy(paths.baseline, [patchedTrain, patchedTest]);
    for (const view of ['dense', 'sparse'] as const)
      await copy(paths[view], Object.values(viewPaths(join(root, 'd'), { dose, view }).data));
  }
}

async function copy(from: string, to: readonly string[]): Promise<void> {
  for (const path of to) {
    await mkdir(dirname(path), { recursive: true });
    await copyFile(from, path);
  }
}

async function timeOf(way: Way, { root, epochs }: { readonly root: string; readonly epochs: string }): Promise<MatrixTime> {
  const artifacts = join(root, 'e');
  const roots = ['--phase-c-root', join(root, 'c'), '--phase-d-root', join(root, 'd'), '--artifact-root', artifacts];
  const began = performance.now();
  await promisify(execFile)(process.execPath, [PROGRAM, 'train', ...roots, '--max-epochs', epochs, '--quiet', ...WAYS[way]]);
  const wall_s = (performance.now() - began) / 1e3;
  const { jobs } = await readManifest(join(artifacts, TRAINING_MANIFEST_NAME), trainingManifestKind);
  await rm(artifacts, { recursive: true });
  return { wall_s, jobs_s: jobs.reduce((sum, { result }) => sum + (result.seconds ?? Number.NaN), 0) };
}
