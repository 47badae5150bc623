import { needsTruth } from '../models/objective.js';
import type { OptimiserState } from '../optimiser/adam.js';
import { readBatches } from './batches.js';
import { bestIndex } from './history.js';
import { type Loop, START } from './loop.js';
import { lossOf } from './step.js';
import type { EpochRecord, TrainEvent } from './train-event.js';

/** Validates, records the epoch, remembers the best parameters, writes the checkpoint. */
export async function* finishEpoch(
  loop: Loop,
  timing: Pick<EpochRecord, 'learningRate' | 'seconds' | 'patternsPerSecond'>,
): AsyncGenerator<TrainEvent, void, undefined> {
  const { request, run, history } = loop;
  const { epoch, lossSum, lossCount } = loop.progress;
  const record: EpochRecord = { epoch: epoch + 1, trainLoss: lossSum / lossCount, valLoss: await validationLoss(loop), ...timing };
  history.push(record);
  loop.progress = { ...START, epoch: epoch + 1 };
  const state = await run.learner.optimiser.save();
  const best = bestIndex(history, request.execution) === history.length - 1;
  if (best) loop.bestValues = state.values;
  yield { type: 'epoch', best, ...record };
  yield* saveLoop(loop, state);
}

/** Writes where the run stands, if checkpoints are wanted. */
export async function* saveLoop(loop: Loop, state?: OptimiserState): AsyncGenerator<TrainEvent, void, undefined> {
  const { request, run, progress, history, bestValues } = loop;
  if (run.keeper === null) return;
  const { model } = run.learner.context;
  const optimiser = state ?? (await run.learner.optimiser.save());
  const checkpoint = { config: request.config, scales: model.scales, progress, history, optimiser, bestValues };
  const path = await run.keeper.save(checkpoint, model.specs);
  yield { type: 'checkpoint', path, epoch: progress.epoch };
}

/** Mean loss of the validation groups; null without any. */
async function validationLoss({ request, run }: Loop): Promise<number | null> {
  const { validation, validationGroups, learner } = run;
  if (validationGroups.length === 0) return null;
  let sum = 0;
  const { config } = request;
  for await (const batch of readBatches(validation, validationGroups, { batchSize: config.batchSize, withTruth: needsTruth(config) })) {
    sum += lossOf(batch, learner) * batch.groups.length;
  }
  return sum / validationGroups.length;
}
