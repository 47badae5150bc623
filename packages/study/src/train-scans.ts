import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createLogger, type TrainEvent, type TrainerOutcome, type TrainRequest } from '@ptychokit/trainer';
import type { RunServices } from './compose.js';
import { InterruptedError } from './errors.js';
import type { FitScanRequest } from './fit-scan.js';
import type { Scans } from './open-scans.js';
import { createOutputDir, type OutputDir } from './output-dir.js';
import { RUN_RECORD_NAME } from './run-record.js';

/** A finished training and the files it left: logs and checkpoints. */
export interface TrainedScans {
  readonly outcome: TrainerOutcome;
  readonly files: readonly string[];
}

/** What to train on, and where logs and checkpoints go: the output directory of the configuration by default. */
export interface TrainScansRequest extends FitScanRequest {
  readonly scans: Scans;
  readonly dir?: string | undefined;
}

/** Where training runs and where its output directory is noted once it exists. */
export interface TrainScansContext {
  readonly services: RunServices;
  readonly output: { dir?: OutputDir };
}

/**
 * Trains, logs every event, and creates the output directory at the moment training starts: everything that can be wrong with the input
 * has been found by then.
 *
 * @throws InterruptedError the run was aborted; its checkpoint is named
 */
export async function trainScans(request: TrainScansRequest, context: TrainScansContext): Promise<TrainedScans> {
  const { config, execution, scans, dir = config.outputDir } = request;
  const { services } = context;
  const logger = createLogger(execution.logger, dir);
  const checkpointDir = join(dir, 'checkpoints');
  const events = eventsOf(services.trainer, {
    config,
    execution,
    params: services.params,
    train: scans.train,
    test: scans.test,
    signal: services.signal,
    profiler: services.profiler,
    checkpointDir,
  });
  try {
    for (;;) {
      const next = await events.next();
      if (next.done === true) return { outcome: completed(next.value), files: await filesIn(logger.directory, checkpointDir) };
      if (next.value.type === 'start') await prepareOutput(dir, context);
      await logger.log(next.value);
      services.onEvent({ type: 'train', event: next.value });
    }
  } finally {
    await events.return(undefined as never).catch(() => undefined);
    await logger.close();
  }
}

/** A trainer that only promises its outcome tells nothing on the way. */
async function* eventsOf(trainer: RunServices['trainer'], request: TrainRequest): AsyncGenerator<TrainEvent, TrainerOutcome, undefined> {
  const run = trainer(request);
  return Symbol.asyncIterator in run ? yield* run : await run;
}

async function filesIn(...dirs: readonly (string | null)[]): Promise<string[]> {
  const files: string[] = [];
  for (const dir of dirs) {
    if (dir === null) continue;
    const names = await readdir(dir).catch(() => []);
    files.push(...names.sort().map((name) => join(dir, name)));
  }
  return files;
}

/** The record of an earlier run no longer describes what will stand here. */
async function prepareOutput(path: string, { output }: TrainScansContext): Promise<void> {
  output.dir = await createOutputDir(path);
  await rm(join(path, RUN_RECORD_NAME), { force: true });
}

function completed(outcome: TrainerOutcome): TrainerOutcome {
  if (outcome.reason !== 'interrupted') return outcome;
  const { checkpointPath, epochsCompleted } = outcome;
  const kept = checkpointPath === null ? 'Nothing was kept, because checkpointing is off' : 'A checkpoint was written';
  throw new InterruptedError(`training stopped in epoch ${epochsCompleted + 1}. ${kept}`, {
    where: checkpointPath ?? undefined,
    fix: checkpointPath === null ? 'start anew' : 'repeat the same command with --resume to go on from there',
    checkpointPath,
  });
}
