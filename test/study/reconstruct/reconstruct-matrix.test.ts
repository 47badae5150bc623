import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadExecutionConfig, loadStudyDesign } from '@ptychokit/config';
import {
  inProcessRunner,
  type ReconstructMatrixRequest,
  type RunEvent,
  readManifest,
  reconstructionRecordKind,
  reconstructMatrix,
  runReconstructionJob,
  verifyEvidence,
} from '@ptychokit/study';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInProcess } from '../../support/run-cli.js';
import { type TinyStudy, writeTinyStudy } from '../../support/tiny-study.js';

let root = '';
let study: TinyStudy;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ptychokit-phase-f-'));
  study = await writeTinyStudy(root, { doses: [1e3], views: [], frames: 9 });
});
afterAll(() => rm(root, { recursive: true }));

const request = (changes: Partial<ReconstructMatrixRequest> = {}): ReconstructMatrixRequest => ({
  phaseCRoot: study.phaseCRoot,
  phaseDRoot: study.phaseDRoot,
  artifactRoot: join(root, 'f'),
  design: loadStudyDesign({ overrides: { views: [{ name: 'baseline' }, { name: 'dense', gridsize: 2, overlap: 0.7 }] } }),
  solve: { epochs: 2 },
  execution: loadExecutionConfig({ overrides: { deterministic: true } }),
  runner: inProcessRunner(),
  ...changes,
});

async function run(changes: Partial<ReconstructMatrixRequest> = {}) {
  const events: RunEvent[] = [];
  const result = await reconstructMatrix(request(changes), { onEvent: (event) => events.push(event) });
  return { ...result, states: events.flatMap((event) => (event.type === 'job' ? [event.state] : [])) };
}

describe('reconstructMatrix', { timeout: 60_000 }, () => {
  it('plans without writing a result', async () => {
    const { results, written } = await run({ artifactRoot: join(root, 'dry'), dryRun: true });
    expect(results.map(({ status }) => status)).toEqual(['dry_run', 'dry_run']);
    expect(written?.manifest).toMatchObject({ dry_run: true, skipped_count: 1 });
    await expect(stat(join(root, 'dry/dose_1000'))).rejects.toThrow();
  });

  it('refuses a wrong configuration before anything is written', async () => {
    await expect(run({ artifactRoot: join(root, 'wrong'), solve: { epochs: 0 } })).rejects.toThrow(/epochs/);
    await expect(stat(join(root, 'wrong'))).rejects.toThrow();
  });

  it('reconstructs train and test from ones, with a manifest that verifies and a reason for what is left out', async () => {
    const { jobs, results, written, skipped } = await run();
    expect(jobs.map(({ split }) => split)).toEqual(['train', 'test']);
    for (const result of results) {
      expect(result).toMatchObject({ status: 'completed', method: 'lsqml', object_init: 'ones', epochs_completed: 2 });
      expect(result.relative_residual).toBeGreaterThan(0);
    }
    expect(skipped).toMatchObject([{ dose: 1e3, view: 'dense', reason: expect.stringContaining('does not exist') }]);
    expect(written?.manifest.jobs[1]).toMatchObject({ artifact_dir: 'dose_1000/baseline/test', view: 'baseline', split: 'test' });
    expect(Object.keys(written?.manifest.jobs[0]?.result.artifacts ?? {})).toContain('dose_1000/baseline/train/reconstruction.npz');
    const report = await verifyEvidence(join(root, 'f'));
    expect(report.findings).toEqual([]);
    expect(await readFile(jobs[0]?.logPath as string, 'utf8')).toMatch(/completed in .* relative residual/);
  });

  it('keeps what is finished, and does again what is no longer as recorded', async () => {
    const first = await run();
    expect(first.states).toEqual(['kept', 'kept']);
    await appendFile(join(root, 'f/dose_1000/baseline/test/reconstruction.npz'), 'x');
    const second = await run();
    expect(second.states.filter((state) => state !== 'waiting')).toEqual(['kept', 'running', 'completed']);
    const digest = (result: typeof first) => result.results[1]?.artifacts['reconstruction.npz']?.sha256;
    expect(digest(second)).toBe(digest(first));
    const { written } = await run({ filters: { split: 'train' } });
    expect(written?.manifest.jobs.map(({ split, result }) => `${split} ${result.epochs_completed}`)).toEqual(['train 2', 'test 2']);
    expect(written?.manifest).toMatchObject({ filters: { split: 'train' }, skipped_count: 1, phase_c_root: '../c' });
  });

  it('turns what goes wrong into a failed job with its reason, in its record too', async () => {
    const [job] = (await run({ dryRun: true })).jobs;
    const broken = {
      ...(job as NonNullable<typeof job>),
      scanPath: join(root, 'absent.npz'),
      artifactDir: join(root, 'broken'),
      logPath: join(root, 'broken/log'),
    };
    const result = await runReconstructionJob(broken);
    expect(result).toMatchObject({ status: 'failed', error: expect.stringMatching(/absent\.npz|no such file/i) });
    const record = await readManifest(join(root, 'broken/reconstruction_result.json'), reconstructionRecordKind);
    expect(record.result.status).toBe('failed');
  });
});

describe('ptychokit reconstruct', () => {
  const roots = () => ['--phase-c-root', study.phaseCRoot, '--phase-d-root', study.phaseDRoot, '--artifact-root', join(root, 'cli')];

  it('says what it would do', async () => {
    const { code, stdout } = await runInProcess(['reconstruct', ...roots(), '--dry-run', '--view', 'baseline', '--split', 'test']);
    expect(code).toBe(0);
    expect(stdout).toContain('Would reconstruct [baseline/test/dose=1e+03]');
    expect(stdout).toMatch(/jobs +1 dry run/);
  });

  it('prints the script of a Slurm run and submits nothing', async () => {
    const places = ['--phase-c-root', study.phaseCRoot, '--phase-d-root', study.phaseDRoot, '--artifact-root', join(root, 'script')];
    const slurm = ['--runner', 'slurm', '--partition', 'main', '--print-script'];
    const { code, stdout } = await runInProcess(['reconstruct', ...places, '--view', 'baseline', ...slurm]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^#!\/bin\/bash\n#SBATCH [\s\S]*#SBATCH --array=0-1\n[\s\S]*#SBATCH --partition=main\n[\s\S]*ptychokit-reconstruct\.json/,
    );
    await expect(stat(join(root, 'script'))).rejects.toThrow();
  });

  it('lists what exists and ends with 2 where a filter fits nothing', async () => {
    const { code, stderr } = await runInProcess(['reconstruct', ...roots(), '--dose', '7']);
    expect(code).toBe(2);
    expect(stderr).toContain('baseline/train/dose=1e+03');
  });
});
