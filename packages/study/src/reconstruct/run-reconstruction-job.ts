import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isPtychoError, loadExecutionConfig, type SolveConfig } from '@ptychokit/config';
import { type RunOptions, runServices } from '../compose.js';
import { digestFile, type FileDigest } from '../file-digest.js';
import { asInterruption, throwIfInterrupted } from '../interruption-error.js';
import { openJobLog } from '../jobs/job-log.js';
import { lockForRun } from '../locks/lock-for-run.js';
import { RECONSTRUCTION_RECORD_NAME } from '../manifests/reconstruction-manifest.js';
import { asOutputError } from '../output-error.js';
import { RUN_RECORD_NAME } from '../run-record.js';
import { type SolveScanResult, solveScan } from '../solve/solve-scan.js';
import { reconstructionConfig, reconstructionConfigDigest } from './reconstruction-config.js';
import { failedReconstruction, type ReconstructionJob, type ReconstructionResult, reconstructionResult } from './reconstruction-job.js';
import { finishedReconstruction, writeReconstructionRecord } from './reconstruction-record.js';

/** How a reconstruction is run. */
export interface RunReconstructionOptions extends RunOptions {
  /** Checks the configuration and creates nothing. */
  readonly dryRun?: boolean | undefined;
}

/**
 * Runs one iterative reconstruction of the study and keeps the result in the job's own record. A job that was finished before (its record,
 * its scan and its files are verified) is not done again, unless `resume` is off. Whatever goes wrong is a result with
 * `status: "failed"`; only an interruption is thrown.
 *
 * @throws InterruptedError aborted through `signal`; a checkpoint was written if checkpointing is on
 */
export async function runReconstructionJob(job: ReconstructionJob, options: RunReconstructionOptions = {}): Promise<ReconstructionResult> {
  const { dryRun = false, ...rest } = options;
  let config_sha256: string | null = null;
  try {
    const config = reconstructionConfig(job);
    config_sha256 = reconstructionConfigDigest(config);
    if (dryRun) return reconstructionResult('dry_run', { config_sha256, method: config.engine, object_init: config.objectInit });
    return await runLocked({ job, config, config_sha256 }, rest);
  } catch (error) {
    const reason = asInterruption(asOutputError(error, job.artifactDir), options.signal);
    if (isPtychoError(reason, 'INTERRUPTED')) throw reason;
    return failedReconstruction(reason, { config_sha256 });
  }
}

interface JobToRun {
  readonly job: ReconstructionJob;
  readonly config: SolveConfig;
  readonly config_sha256: string;
}

async function runLocked(run: JobToRun, options: RunOptions): Promise<ReconstructionResult> {
  const { job, config, config_sha256 } = run;
  const { signal, clock } = runServices(options);
  throwIfInterrupted(signal, { stage: 'the reconstruction' });
  await mkdir(job.artifactDir, { recursive: true });
  // A worker whose parent was killed may still be on its last step.
  using _lock = await lockForRun(job.artifactDir, { ...options, wait: true });
  const { resume } = job.execution ?? loadExecutionConfig();
  const finished = resume ? await finishedReconstruction(job, config_sha256) : null;
  if (finished !== null) return finished;
  await clearLeftovers(job.artifactDir);
  const result = await reconstruct(run, options);
  await writeReconstructionRecord(job, result, { config, config_sha256, now: clock.now() });
  return result;
}

async function reconstruct({ job, config, config_sha256 }: JobToRun, options: RunOptions): Promise<ReconstructionResult> {
  const { clock, onEvent } = runServices(options);
  const started_ms = clock.now().getTime();
  const log = openJobLog(job.logPath, clock);
  const seconds = (): number => Math.max(0, clock.now().getTime() - started_ms) / 1e3;
  await log.line(`reconstruction: view ${job.view}, ${job.split}, dose ${job.dose}, ${config.engine}, configuration ${config_sha256}`);
  try {
    const solved = await solveScan(
      { config, execution: job.execution ?? loadExecutionConfig(), geometry: job.geometry },
      {
        ...options,
        onEvent: (event) => {
          log.event(event);
          onEvent(event);
        },
      },
    );
    await log.line(`completed in ${seconds()} s, relative residual ${solved.outcome.relativeResidual}`);
    return await resultOf(job, config, { solved, config_sha256, seconds: seconds() });
  } catch (error) {
    const reason = asInterruption(error, options.signal);
    await log.line(reason instanceof Error ? reason.message : String(reason));
    if (isPtychoError(reason, 'INTERRUPTED')) throw reason;
    return failedReconstruction(reason, { config_sha256, method: config.engine, seconds: seconds() });
  } finally {
    await log.flush();
  }
}

interface Solved {
  readonly solved: SolveScanResult;
  readonly config_sha256: string;
  readonly seconds: number;
}

async function resultOf(
  job: ReconstructionJob,
  config: SolveConfig,
  { solved, config_sha256, seconds }: Solved,
): Promise<ReconstructionResult> {
  const { outcome, record } = solved;
  const artifacts: Record<string, FileDigest> = { ...record.artifacts };
  artifacts[RUN_RECORD_NAME] = await digestFile(join(job.artifactDir, RUN_RECORD_NAME));
  return reconstructionResult('completed', {
    method: config.engine,
    object_init: outcome.objectInit,
    noise_model: outcome.noiseModel,
    epochs_completed: outcome.epochsCompleted,
    final_loss: outcome.history.at(-1)?.loss ?? null,
    relative_residual: outcome.relativeResidual,
    config_sha256,
    solve_seconds: record.timings_s.solve ?? null,
    seconds,
    engine: record.engine,
    data: record.data,
    artifacts,
  });
}

/** The record of an earlier attempt is no longer true, and files that a killed one did not finish are of no use. */
async function clearLeftovers(dir: string): Promise<void> {
  await rm(join(dir, RECONSTRUCTION_RECORD_NAME), { force: true });
  for (const folder of [dir, join(dir, 'checkpoints')]) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names) if (name.endsWith('.tmp')) await rm(join(folder, name), { force: true });
  }
}
