import { statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { isPtychoError, loadExecutionConfig } from '@ptychokit/config';
import { BUNDLE_NAME, CheckpointError, type WrittenBundle } from '@ptychokit/trainer';
import { type RunOptions, type RunServices, runServices } from '../compose.js';
import { engineFacts } from '../engine-facts.js';
import { fewImagesWarning } from '../few-images.js';
import { digestFile, type FileDigest } from '../file-digest.js';
import { asInterruption } from '../interruption-error.js';
import { openScans } from '../open-scans.js';
import { asOutputError } from '../output-error.js';
import { digestRunFiles } from '../run-record.js';
import { type TrainedScans, type TrainScansRequest, trainScans } from '../train-scans.js';
import { drawJobPictures } from './draw-job-pictures.js';
import { jobConfigDigest } from './job-config.js';
import { type JobLog, openJobLog } from './job-log.js';
import { completedResult, failedResult, type TrainingJobRequest, type TrainingJobResult } from './training-job.js';

/**
 * Carries out one training job: bridges to the two scans, training, checkpoint, model archive, digest.
 *
 * A job that fails is a result with `status: "failed"` and its reason, which also stands in the log; nothing is thrown. An archive that
 * cannot be written leaves `bundle_path` and `bundle_sha256` null and the job failed: evidence that is missing is no success.
 * Dependencies that are not given come from a container ({@link createStudyContainer} by default).
 *
 * @throws InterruptedError aborted through `signal`; a checkpoint was written if checkpointing is on
 * @example
 * ```ts
 * const result = await executeTrainingJob({ config, job, logPath }, { bridgeFactory: spy });
 * ```
 */
export async function executeTrainingJob(request: TrainingJobRequest, options: RunOptions = {}): Promise<TrainingJobResult> {
  const given = runServices(options);
  const log = openJobLog(request.logPath, given.clock);
  const services: RunServices = {
    ...given,
    onEvent: (event) => {
      log.event(event);
      given.onEvent(event);
    },
  };
  const job: JobUnderWay = { request, services, log, started_ms: given.clock.now().getTime(), achieved: {} };
  try {
    return await train(job);
  } catch (error) {
    const reason = asInterruption(asOutputError(error, request.job.artifactDir), services.signal);
    if (isPtychoError(reason, 'INTERRUPTED')) {
      await log.line(reason.message);
      throw reason;
    }
    return await fail(job, reason);
  } finally {
    await log.flush();
  }
}

interface JobUnderWay {
  readonly request: TrainingJobRequest;
  readonly services: RunServices;
  readonly log: JobLog;
  readonly started_ms: number;
  /** What stands whatever happens next. */
  achieved: Partial<TrainingJobResult>;
}

async function train(job: JobUnderWay): Promise<TrainingJobResult> {
  const { request, services, log } = job;
  const { config } = request;
  const { artifactDir, trainDataPath, testDataPath, view, dose, gridsize } = request.job;
  job.achieved = { config_sha256: jobConfigDigest(config) };
  await log.line(`job: view ${view}, dose ${dose}, gridsize ${gridsize}, configuration ${job.achieved.config_sha256}`);
  services.params.bridge(config);
  await using scans = await openScans(config, services, { train: trainDataPath, test: testDataPath });
  const images = Math.min(scans.train.frameCount, config.nSubsample ?? scans.train.frameCount);
  const warning = fewImagesWarning({ images });
  if (warning !== null) await log.line(`note: ${warning}`);
  const execution = request.job.execution ?? loadExecutionConfig();
  const trained = await trainOrStartAnew(job, { config, execution, scans, dir: artifactDir });
  job.achieved = { ...job.achieved, ...trainingFacts(trained, images) };
  const bundle = await services.writeBundle(trained.outcome.model, join(artifactDir, BUNDLE_NAME));
  await log.line(`bundle: ${BUNDLE_NAME}\nSHA256: ${bundle.sha256}`);
  const pictures = request.job.pictures === true ? await drawJobPictures(trained.outcome.model, scans, { dir: artifactDir, services }) : [];
  const { data } = await digestRunFiles({ dir: artifactDir, artifacts: [], data: scans.files });
  return complete(job, { bundle, data, files: [...trained.files, ...pictures] });
}

/** A checkpoint of another configuration or of other data is given up where the job says so. */
async function trainOrStartAnew({ request, services }: JobUnderWay, training: TrainScansRequest & { readonly dir: string }) {
  const run = (): Promise<TrainedScans> => trainScans(training, { services, output: {} });
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof CheckpointError) || error.fields.length === 0 || request.job.replaceCheckpoints !== true) throw error;
    services.onEvent({ type: 'note', text: `starting anew: the checkpoint was of another ${error.fields.join(', ')}` });
    await rm(join(training.dir, 'checkpoints'), { recursive: true, force: true });
    return await run();
  }
}

interface Evidence extends Pick<TrainingJobResult, 'data'> {
  readonly bundle: WrittenBundle;
  readonly files: readonly string[];
}

async function complete(job: JobUnderWay, { bundle, data, files }: Evidence): Promise<TrainingJobResult> {
  const { request, log, achieved } = job;
  const seconds = secondsOf(job);
  // The last line of the log, which is evidence itself.
  await log.line(`completed in ${seconds} s`);
  const artifacts = await digestInside(request.job.artifactDir, [bundle.path, ...files, request.logPath]);
  const evidence = { bundle_path: bundle.path, bundle_sha256: bundle.sha256, data, artifacts };
  return completedResult({ ...achieved, ...evidence, seconds });
}

/** Digests of the files that are there, by their path below a directory; what lies elsewhere is left out. */
async function digestInside(dir: string, paths: readonly string[]): Promise<Readonly<Record<string, FileDigest>>> {
  const artifacts: Record<string, FileDigest> = {};
  for (const path of paths) {
    const name = relative(dir, path);
    const isThere = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
    if (isThere && !name.startsWith('..') && !isAbsolute(name)) artifacts[name] = await digestFile(path);
  }
  return artifacts;
}

function trainingFacts({ outcome }: TrainedScans, images: number): Partial<TrainingJobResult> {
  const { history, bestEpoch, epochsCompleted, checkpointPath, engine } = outcome;
  const last = history.at(-1);
  return {
    final_loss: last?.trainLoss ?? null,
    epochs_completed: epochsCompleted,
    checkpoint_path: checkpointPath,
    metrics: {
      train_images: images,
      best_epoch: bestEpoch,
      final_train_loss: last?.trainLoss ?? null,
      final_val_loss: last?.valLoss ?? null,
      best_val_loss: history.find(({ epoch }) => epoch === bestEpoch)?.valLoss ?? null,
    },
    history: history.map(({ epoch, trainLoss, valLoss, learningRate }) => ({
      epoch,
      train_loss: trainLoss,
      val_loss: valLoss,
      learning_rate: learningRate,
    })),
    engine: engine === undefined ? null : engineFacts(engine),
  };
}

async function fail(job: JobUnderWay, error: unknown): Promise<TrainingJobResult> {
  const result = failedResult(error, { ...job.achieved, seconds: secondsOf(job) });
  const stack = !isPtychoError(error) && error instanceof Error ? `\n${error.stack}` : '';
  await job.log.line(`failed: ${result.error}${stack}`);
  job.services.onEvent({ type: 'note', text: `failed: ${result.error?.split('\n')[0]}` });
  return result;
}

const secondsOf = ({ services, started_ms }: JobUnderWay): number => Math.max(0, services.clock.now().getTime() - started_ms) / 1e3;
