import { join } from 'node:path';
import type { ExecutionConfig, TrainingConfig } from '@ptychokit/config';
import { loadEngine, type StitchedObject, type TrainOutcome, writeBundle } from '@ptychokit/trainer';
import { writeFileAtomically, writeJsonAtomically } from './atomic-write.js';
import { type RunOptions, type RunServices, runServices } from './compose.js';
import { engineFacts } from './engine-facts.js';
import { type OutputDir, assertWritableDir } from './output-dir.js';
import { openScans, type Scans } from './open-scans.js';
import { asOutputError } from './output-error.js';
import { inferenceSettings, reconstructScan } from './reconstruct-scan.js';
import { lossFigure } from './report/figures/loss-figure.js';
import { completeRunRecord, type HistorySummary, RUN_RECORD_NAME, type RunRecord } from './run-record.js';
import { throwIfInterrupted } from './run-stages.js';
import { createStageTimer, type StageTimer } from './stage-timer.js';
import { trainScans } from './train-scans.js';
import { writeReconstruction } from './write-reconstruction.js';

/** One scan to train on and reconstruct; `config` says which scan and where results go. */
export interface FitScanRequest {
  readonly config: TrainingConfig;
  readonly execution: ExecutionConfig;
}

/** What {@link fitScan} leaves behind. */
export interface FitScanResult {
  readonly reconstruction: StitchedObject;
  readonly outcome: TrainOutcome;
  readonly bundle: { readonly path: string; readonly sha256: string; readonly bytes: number };
  /** Paths of what was written. */
  readonly files: Readonly<Record<'reconstruction' | 'amplitude' | 'phase' | 'loss' | 'record', string>>;
  readonly record: RunRecord;
}

/**
 * Trains on one scan, stores the model, reconstructs the object with it, draws it, and records the run.
 *
 * Nothing is created before configuration, data and engine have passed; `run.json` is written last, so where it stands the results are
 * complete. Services that are not given come from {@link createStudyContainer}.
 *
 * @throws OutputError results cannot be written
 * @throws InterruptedError aborted through `signal`; a checkpoint was written if checkpointing is on
 * @throws PtychoError what is wrong with configuration, data or engine
 */
export async function fitScan(request: FitScanRequest, options: RunOptions = {}): Promise<FitScanResult> {
  const { config } = request;
  const services = runServices(options);
  const timer = createStageTimer(services.clock);
  const startedAt = services.clock.now();
  await assertWritableDir(config.outputDir);
  services.params.bridge(config);
  await using scans = await timer.time('open', () => openScans(config, services));
  const engine = await timer.time('engine', () => loadEngine(request.execution));
  const output: { dir?: OutputDir } = {};
  try {
    const outcome = await timer.time('train', () => trainScans({ ...request, scans }, { services, output }));
    return await finish({ ...request, scans, services, timer, startedAt, outcome, engine: engineFacts(engine, request.execution) });
  } catch (error) {
    await output.dir?.abandon();
    throw asOutputError(error, config.outputDir);
  }
}

interface TrainedRun extends FitScanRequest {
  readonly scans: Scans;
  readonly services: RunServices;
  readonly timer: StageTimer;
  readonly startedAt: Date;
  readonly outcome: TrainOutcome;
  readonly engine: RunRecord['engine'];
}

/** Everything after training: bundle, reconstruction, figures, record. */
async function finish(run: TrainedRun): Promise<FitScanResult> {
  const { config, execution, scans, services, timer, outcome } = run;
  const dir = config.outputDir;
  const interruptible = (stage: string): void => throwIfInterrupted(services.signal, { stage, checkpointPath: outcome.checkpointPath });
  const bundle = await timer.time('bundle', () => writeBundle(outcome.model, dir));
  interruptible('reconstruction');
  const settings = inferenceSettings(config);
  const reconstruction = await timer.time('reconstruct', () => reconstructScan({ model: outcome.model, raw: scans.train, ...settings }, services));
  interruptible('figures');
  const written = await timer.time('figures', async () => {
    await writeLoss(join(dir, 'loss.png'), run);
    return writeReconstruction({ dir, reconstruction, raw: scans.train });
  });
  const record = await completeRunRecord(
    {
      command: 'fit',
      started_at: run.startedAt.toISOString(),
      finished_at: services.clock.now().toISOString(),
      config,
      execution,
      seeds: { seed: config.seed, subsample_seed: config.subsampleSeed },
      engine: run.engine,
      conversions: scans.train.conversions,
      timings_s: timer.seconds,
      history: historySummary(outcome),
      relative_residual: reconstruction.relativeResidual,
    },
    { dir, artifacts: [], data: scans.files },
  );
  const files = { ...written, loss: join(dir, 'loss.png'), record: join(dir, RUN_RECORD_NAME) };
  await writeJsonAtomically(files.record, record);
  return { reconstruction, outcome, bundle, files, record };
}

async function writeLoss(path: string, { outcome, config }: TrainedRun): Promise<void> {
  if (outcome.history.length === 0) return;
  const { png } = await lossFigure(outcome.history, { bestEpoch: outcome.bestEpoch, subtitle: `${config.trainDataFile}` });
  await writeFileAtomically(path, png);
}

function historySummary({ history, bestEpoch, epochsCompleted, reason }: TrainOutcome): HistorySummary {
  const last = history.at(-1);
  return {
    epochs_completed: epochsCompleted,
    best_epoch: bestEpoch,
    end: reason,
    final_train_loss: last?.trainLoss ?? null,
    final_val_loss: last?.valLoss ?? null,
    best_val_loss: history.find(({ epoch }) => epoch === bestEpoch)?.valLoss ?? null,
  };
}
