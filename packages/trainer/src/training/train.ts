import { lossWeights } from '../models/loss-weights.js';
import { type TrainedModel, trainedModel } from '../models/trained-model.js';
import { runEpoch } from './epoch.js';
import { saveLoop } from './epoch-end.js';
import { bestIndex, isExhausted } from './history.js';
import { type Loop, START, stepsPerEpoch } from './loop.js';
import { prepareRun, type TrainRequest } from './prepare.js';
import type { EndReason, EpochRecord, TrainEvent } from './train-event.js';

/** What a training run ends with. */
export interface TrainOutcome {
  /** The model with the parameters of its best epoch. */
  readonly model: TrainedModel;
  readonly history: readonly EpochRecord[];
  /** 1-based; 0 when no epoch was finished. */
  readonly bestEpoch: number;
  readonly epochsCompleted: number;
  readonly reason: EndReason;
  /** Checkpoint to go on from; null where none was asked for. */
  readonly checkpointPath: string | null;
}

/**
 * Trains a model, one event at a time; returns the model with the parameters of its best epoch.
 *
 * Abort through `signal`, at any time: the run stops after the step or the validation batch under way, writes a checkpoint, and ends with
 * reason `interrupted`; the same request goes on from there and ends with the same parameters as an undisturbed run.
 *
 * @throws ConfigOrderError the flat parameters were not bridged from the configuration (CONFIG-001)
 * @throws ModelDataError a scan that this model cannot be trained on
 * @throws CheckpointError a checkpoint of another run is in the way
 * @throws DivergenceError the loss is no longer a number
 * @example
 * ```ts
 * for await (const event of train({ config, execution, params, train: rawData })) {
 *   if (event.type === 'epoch') report(event.epoch, event.trainLoss);
 * }
 * ```
 */
export async function* train(request: TrainRequest): AsyncGenerator<TrainEvent, TrainOutcome, undefined> {
  const run = await prepareRun(request);
  try {
    const loop: Loop = {
      request,
      run,
      progress: run.resumed?.progress ?? START,
      history: [...(run.resumed?.history ?? [])],
      bestValues: run.resumed?.bestValues ?? null,
    };
    yield startEvent(loop);
    const reason = yield* runEpochs(loop);
    yield { type: 'end', reason };
    return await outcome(loop, reason);
  } finally {
    run.dispose();
  }
}

async function* runEpochs(loop: Loop): AsyncGenerator<TrainEvent, EndReason, undefined> {
  const { config, execution, signal } = loop.request;
  while (loop.progress.epoch < config.nepochs) {
    if (isExhausted(loop.history, { ...execution, patience: config.earlyStopPatience })) return 'early-stop';
    const finished = signal?.aborted !== true && (yield* runEpoch(loop));
    if (!finished) {
      yield* saveLoop(loop);
      return 'interrupted';
    }
  }
  return 'completed';
}

function startEvent(loop: Loop): TrainEvent {
  const { request, run } = loop;
  const { specs, scales } = run.learner.context.model;
  const { model } = request.config;
  return {
    type: 'start',
    epochs: request.config.nepochs,
    stepsPerEpoch: stepsPerEpoch(loop),
    parameters: specs.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0),
    groups: run.trainingGroups.length,
    validationGroups: run.validationGroups.length,
    patternsPerEpoch: run.trainingGroups.length * run.training.channels,
    loss: model.modelType === 'supervised' ? null : lossWeights(request.config, scales.meanCounts),
    resumedFromEpoch: run.resumed?.progress.epoch ?? null,
    resumedFromStep: run.resumed?.progress.step ?? null,
  };
}

async function outcome(loop: Loop, reason: EndReason): Promise<TrainOutcome> {
  const { request, run, history } = loop;
  const values = loop.bestValues ?? (await run.learner.optimiser.save()).values;
  const best = bestIndex(history, request.execution);
  return {
    model: trainedModel(run.learner.context, values),
    history,
    bestEpoch: history[best]?.epoch ?? 0,
    epochsCompleted: loop.progress.epoch,
    reason,
    checkpointPath: run.keeper?.lastPath ?? null,
  };
}
