import { basename, join, relative } from 'node:path';
import type { ExecutionConfig, TrainingConfig } from '@ptychokit/config';
import { BUNDLE_NAME, type StitchedObject, type WrittenBundle, writeBundle } from '@ptychokit/trainer';
import { writeFileAtomically } from './atomic-write.js';
import type { RunOptions } from './compose.js';
import { engineFacts } from './engine-facts.js';
import { inferenceConfigFor } from './inference-config-for.js';
import { asInterruption, throwIfInterrupted } from './interruption-error.js';
import { loadRunEngine } from './load-run-engine.js';
import { openScans, type Scans } from './open-scans.js';
import { assertWritableDir, type OutputDir } from './output-dir.js';
import { asOutputError } from './output-error.js';
import { reconstructScan } from './reconstruct-scan.js';
import { lossFigure } from './report/figures/loss-figure.js';
import { openRunJournal, type RunJournal } from './run-journal.js';
import type { EngineFacts, HistorySummary, RunRecord } from './run-record.js';
import { type TrainedScans, trainScans } from './train-scans.js';
import { type ReconstructionFiles, writeReconstruction } from './write-reconstruction.js';

/** One scan to train on and reconstruct; `config` says which scan and where results go. */
export interface FitScanRequest {
  readonly config: TrainingConfig;
  readonly execution: ExecutionConfig;
}

/** What {@link fitScan} leaves behind. */
export interface FitScanResult {
  readonly reconstruction: StitchedObject;
  readonly outcome: TrainedScans['outcome'];
  readonly bundle: WrittenBundle;
  /** Paths of what was written for people. */
  readonly files: ReconstructionFiles & { readonly loss: string; readonly record: string };
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
  const { config, execution } = request;
  const journal = openRunJournal('fit', options);
  await assertWritableDir(config.outputDir);
  journal.services.params.bridge(config);
  await using scans = await journal.time('open', () => openScans(config, journal.services));
  const engine = await journal.time('engine', () => loadRunEngine(execution, journal.services.onEvent));
  journal.services.profiler?.attach();
  const output: { dir?: OutputDir } = {};
  try {
    const trained = await journal.time('train', () => trainScans({ ...request, scans }, { services: journal.services, output }));
    return await finish({ ...request, scans, journal, trained, engine: engineFacts(engine) });
  } catch (error) {
    await output.dir?.abandon();
    throw asInterruption(asOutputError(error, config.outputDir), journal.services.signal);
  } finally {
    journal.services.profiler?.detach();
  }
}

interface TrainedRun extends FitScanRequest {
  readonly scans: Scans;
  readonly journal: RunJournal;
  readonly trained: TrainedScans;
  readonly engine: EngineFacts;
}

/** Everything after training: bundle, reconstruction, figures, record. */
async function finish(run: TrainedRun): Promise<FitScanResult> {
  const { config, execution, scans, journal, trained } = run;
  const { outcome } = trained;
  const dir = config.outputDir;
  const stage = (name: string): void =>
    throwIfInterrupted(journal.services.signal, { stage: name, checkpointPath: outcome.checkpointPath });
  const bundle = await journal.time('bundle', () => writeBundle(outcome.model, join(dir, BUNDLE_NAME)));
  stage('the reconstruction');
  const inference = inferenceConfigFor(config, { overrides: { modelPath: bundle.path, testDataFile: config.trainDataFile } });
  const reconstruction = await journal.time('reconstruct', () =>
    reconstructScan({ model: outcome.model, raw: scans.train, inference }, journal.services),
  );
  stage('the figures');
  const files = await journal.time('figures', async () => {
    const loss = await writeLoss(run);
    return { ...(await writeReconstruction(dir, reconstruction, scans.train)), loss };
  });
  const { record, path } = await journal.close(
    {
      config,
      execution,
      seeds: { seed: config.seed, subsample_seed: config.subsampleSeed },
      engine: run.engine,
      conversions: scans.train.conversions,
      history: historySummary(outcome),
      relative_residual: reconstruction.relativeResidual,
    },
    { dir, data: scans.files, artifacts: [bundle.path, ...Object.values(files), ...trained.files].map((file) => relative(dir, file)) },
  );
  return { reconstruction, outcome, bundle, files: { ...files, record: path }, record };
}

async function writeLoss({ config, trained: { outcome } }: TrainedRun): Promise<string> {
  const path = join(config.outputDir, 'loss.png');
  const { history, bestEpoch } = outcome;
  const subtitle = `${basename(config.trainDataFile)}, batches of ${config.batchSize}, seed ${config.seed}`;
  const { png } = await lossFigure(history, { title: 'Loss', subtitle, bestEpoch, valueTitle: 'loss per sample' });
  await writeFileAtomically(path, png);
  return path;
}

function historySummary({ history, bestEpoch, epochsCompleted, reason }: TrainedScans['outcome']): HistorySummary {
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
