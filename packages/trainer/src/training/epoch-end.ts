import { setImmediate as nextTurn } from 'node:timers/promises';
import { needsTruth } from '../models/objective.js';
import type { OptimiserState } from '../optimiser/adam.js';
import { readBatches } from './batches.js';
import { bestIndex } from './history.js';
import { type Loop, learningRateOfLastStep, START } from './loop.js';
import { lossOf } from './step.js';
import type { EpochRecord, TrainEvent } from './train-event.js';

/**
 * Validates, records the epoch, remembers the best parameters, writes the checkpoint; false when interrupted while validating, the
 * epoch then has no step left to do and is not finished.
 */
export async function* finishEpoch(
  loop: Loop,
  timing: Pick<EpochRecord, 'seconds' | 'patternsPerSecond'>,
): AsyncGenerator<TrainEvent, boolean, undefined> {
  const { request, run, history } = loop;
  const { epoch, lossSum, lossCount } = loop.progress;
  request.profiler?.enter('validate');
  const valLoss = await validationLoss(loop);
  if (valLoss === undefined) return false;
  const record: EpochRecord = {
    epoch: epoch + 1,
    trainLoss: lossSum / lossCount,
    valLoss,
    learningRate: learningRateOfLastStep(loop),
    ...timing,
  };
  request.profiler?.enter('report');
  history.push(record);
  loop.progress = { ...START, epoch: epoch + 1 };
  const state = await run.learner.optimiser.save();
  const best = bestIndex(history, request.execution) === history.length - 1;
  if (best) loop.bestValues = state.values;
  yield { type: 'epoch', best, ...record };
  yield* saveLoop(loop, state);
  return true;
}

/** Writes where the run stands, if checkpoints are wanted. */
export async function* saveLoop(loop: Loop, state?: OptimiserState): AsyncGenerator<TrainEvent, void, undefined> {
  const { request, run, progress, history, bestValues } = loop;
  if (run.keeper === null) return;
  request.profiler?.enter('checkpoint');
  const { model } = run.learner.context;
  const optimiser = state ?? (await run.learner.optimiser.save());
  const { config } = request;
  const checkpoint = { config, scales: model.scales, data: run.digests, progress, history, optimiser, bestValues };
  const path = await run.keeper.save(checkpoint, model.specs);
  request.profiler?.enter('report');
  yield { type: 'checkpoint', path, epoch: progress.epoch };
}

/** Mean loss of the validation groups; null without any, undefined when interrupted. */
async function validationLoss({ request, run }: Loop): Promise<number | null | undefined> {
  const { validation, validationGroups, learner } = run;
  if (validationGroups.length === 0) return null;
  let sum = 0;
  const { config, signal } = request;
  for await (const batch of readBatches(validation, validationGroups, { batchSize: config.batchSize, withTruth: needsTruth(config) })) {
    await nextTurn();
    if (signal?.aborted === true) return undefined;
    sum += lossOf(batch, learner) * batch.groups.length;
  }
  return sum / validationGroups.length;
}
