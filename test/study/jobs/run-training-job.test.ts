import { appendFile, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { LegacyParams } from '@ptychokit/config';
import { inMemoryBridge } from '@ptychokit/memmap-bridge';
import {
  JOB_RECORD_NAME,
  jobRecordKind,
  type RunTrainingJobOptions,
  readManifest,
  runTrainingJob,
  type TrainingJob,
  type TrainingJobResult,
  type TrainingJobRunner,
} from '@ptychokit/study';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fakeBundleWriter, outcomeOf, rawOf } from '../../support/fake-training.js';
import { tinyJob } from '../../support/tiny-study.js';

let root = '';
let scan = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ptychokit-run-job-'));
  scan = join(root, 'scan.npz');
  await writeFile(scan, 'stands for a scan, which a bridge in memory serves');
});
afterAll(() => rm(root, { recursive: true }));

let count = 0;
const jobOf = (changes: Partial<TrainingJob> = {}): TrainingJob => tinyJob(join(root, String(count++)), scan, changes);

/** Services that train in no time, and how often they were asked to. */
function services(): RunTrainingJobOptions & { readonly trainer: ReturnType<typeof vi.fn> } {
  return {
    bridgeFactory: () => inMemoryBridge(rawOf('scan')),
    trainer: vi.fn(async () => outcomeOf()),
    writeBundle: fakeBundleWriter,
  } as never;
}

describe('runTrainingJob', () => {
  it('creates the directories, then calls the runner with the frozen configuration, already bridged', async () => {
    const job = jobOf({ gridsize: 2, dose: 500 });
    const runner = vi.fn<TrainingJobRunner>(async ({ config, job: given, logPath }, { params }) => {
      expect((await stat(given.artifactDir)).isDirectory()).toBe(true);
      expect(Object.isFrozen(config)).toBe(true);
      expect(config).toMatchObject({
        trainDataFile: scan,
        testDataFile: scan,
        nphotons: 500,
        model: { gridsize: 2 },
        outputDir: job.artifactDir,
      });
      expect(params?.bridgedFrom).toBe(config);
      expect(logPath).toBe(job.logPath);
      return { status: 'completed' } as TrainingJobResult;
    });
    await runTrainingJob(job, { runner });
    expect(runner).toHaveBeenCalledTimes(1);
  });

  it('bridges into the parameters it was given', async () => {
    const params = new LegacyParams();
    const runner = vi.fn<TrainingJobRunner>(async () => ({ status: 'failed', error: 'as planned' }) as TrainingJobResult);
    await runTrainingJob(jobOf(), { params, runner });
    expect(params.bridgedFrom).toBe(runner.mock.calls[0]?.[0].config);
  });

  it('does and creates nothing on a dry run', async () => {
    const runner = vi.fn<TrainingJobRunner>();
    const job = jobOf();
    const result = await runTrainingJob(job, { runner, dryRun: true });
    expect(result).toMatchObject({ status: 'dry_run', error: null, config_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(runner).not.toHaveBeenCalled();
    await expect(stat(job.artifactDir)).rejects.toThrow();
  });

  it.each([
    ['that throws', () => Promise.reject(new Error('lost its way')), /lost its way/],
    ['that throws no error', () => Promise.reject('a string'), /a string/],
  ])('turns a runner %s into a failed job', async (_, runner, reason) => {
    const result = await runTrainingJob(jobOf(), { runner: runner as TrainingJobRunner });
    expect(result.status).toBe('failed');
    expect(result.error).toMatch(reason);
  });

  it('turns a wrong configuration into a failed job that says what is wrong', async () => {
    const result = await runTrainingJob(jobOf({ training: { batchSize: 0 } }), services());
    expect(result).toMatchObject({ status: 'failed', error: expect.stringMatching(/batchSize: expected .* at least 1/) });
  });

  it('fails where its directory cannot be made, with the reason of the system', async () => {
    const job = jobOf();
    await writeFile(join(root, String(count - 1)), 'in the way');
    expect(await runTrainingJob(job, services())).toMatchObject({ status: 'failed', error: expect.stringMatching(/A file stands/) });
  });
});

describe('the record of a job', () => {
  it('is the last file, says how the job ended, and passes its schema', async () => {
    const job = jobOf();
    const result = await runTrainingJob(job, services());
    const record = await readManifest(join(job.artifactDir, JOB_RECORD_NAME), jobRecordKind);
    expect(record).toMatchObject({ dose: 1e3, view: 'baseline', gridsize: 1, config_sha256: result.config_sha256 });
    expect(record.result).toMatchObject({ status: 'completed', bundle_path: 'wts.h5.zip', bundle_sha256: result.bundle_sha256 });
    expect(record.inputs.map(({ path }) => path)).toEqual([scan, scan]);
    expect((await readdir(job.artifactDir)).sort()).toEqual(['.lock', JOB_RECORD_NAME, 'train.log', 'wts.h5.zip'].sort());
  });

  it('keeps a finished job from being done again, with the same result', async () => {
    const [job, given] = [jobOf(), services()];
    const first = await runTrainingJob(job, given);
    expect(await runTrainingJob(job, given)).toEqual(first);
    expect(given.trainer).toHaveBeenCalledTimes(1);
  });

  const changes: readonly (readonly [string, (job: TrainingJob) => Promise<TrainingJob>])[] = [
    ['the archive is damaged', (job) => appendFile(join(job.artifactDir, 'wts.h5.zip'), 'x').then(() => job)],
    ['the archive is missing', (job) => rm(join(job.artifactDir, 'wts.h5.zip')).then(() => job)],
    ['the record is missing', (job) => rm(join(job.artifactDir, JOB_RECORD_NAME)).then(() => job)],
    [
      'the record was edited',
      async (job) => {
        const path = join(job.artifactDir, JOB_RECORD_NAME);
        await writeFile(path, (await readFile(path, 'utf8')).replace('"epochs_completed": 2', '"epochs_completed": 3'));
        return job;
      },
    ],
    ['the configuration is another', async (job) => ({ ...job, training: { ...job.training, nepochs: 2 } })],
    ['resuming is off', async (job) => ({ ...job, execution: { ...(job.execution as object), resume: false } as never })],
    [
      'an input has changed',
      async (job) => {
        const other = join(job.artifactDir, 'other.npz');
        await writeFile(other, (await readFile(scan, 'utf8')).toUpperCase());
        await rm(job.testDataPath);
        await writeFile(job.testDataPath, await readFile(other));
        return job;
      },
    ],
    [
      'an input was moved, and is another',
      async (job) => {
        const testDataPath = await movedInput(job);
        await writeFile(testDataPath, (await readFile(scan, 'utf8')).toUpperCase());
        return { ...job, testDataPath };
      },
    ],
  ];
  const movedInput = async ({ testDataPath: before, artifactDir }: TrainingJob): Promise<string> => {
    const after = join(artifactDir, basename(before));
    await rename(before, after);
    return after;
  };
  it.each(changes)('does not count where %s', async (_, change) => {
    const own = join(root, `input-${count}.npz`);
    await writeFile(own, await readFile(scan));
    const [job, given] = [jobOf({ testDataPath: own }), services()];
    await runTrainingJob(job, given);
    await runTrainingJob(await change(job), given);
    expect(given.trainer).toHaveBeenCalledTimes(2);
  });

  it('still counts where an input was only moved', async () => {
    const own = join(root, `input-${count}.npz`);
    await writeFile(own, await readFile(scan));
    const [job, given] = [jobOf({ testDataPath: own }), services()];
    await runTrainingJob(job, given);
    await runTrainingJob({ ...job, testDataPath: await movedInput(job) }, given);
    expect(given.trainer).toHaveBeenCalledTimes(1);
  });

  it('still counts where an input was only touched', async () => {
    const [job, given] = [jobOf(), services()];
    await runTrainingJob(job, given);
    await utimes(scan, new Date(), new Date());
    await runTrainingJob(job, given);
    expect(given.trainer).toHaveBeenCalledTimes(1);
  });

  it('of a failure does not keep the job from being done again', async () => {
    const [job, given] = [jobOf(), services()];
    given.trainer.mockRejectedValueOnce(new Error('this time'));
    expect((await runTrainingJob(job, given)).status).toBe('failed');
    expect((await runTrainingJob(job, given)).status).toBe('completed');
  });

  it('that cannot be written makes the job failed: evidence that is missing is no success', async () => {
    const job = jobOf();
    const runner: TrainingJobRunner = async () => ({ status: 'completed', final_loss: 'no number' }) as never;
    expect((await runTrainingJob(job, { runner })).status).toBe('failed');
    expect(await readFile(job.logPath, 'utf8')).toContain('the record of the job cannot be written');
  });

  it('is written where unfinished files of a killed attempt were', async () => {
    const job = jobOf();
    await runTrainingJob(job, { ...services(), runner: async () => ({ status: 'failed' }) as never });
    await writeFile(join(job.artifactDir, 'wts.h5.zip.1.tmp'), 'half');
    await runTrainingJob(job, services());
    expect(await readdir(job.artifactDir)).not.toContain('wts.h5.zip.1.tmp');
  });
});
