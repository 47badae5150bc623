import { setImmediate as nextTurn } from 'node:timers/promises';
import { DivergenceError } from '../errors.js';
import { needsTruth } from '../models/objective.js';
import type { ParameterTensors } from '../models/parameters.js';
import { type Batch, readBatches } from './batches.js';
import { finishEpoch } from './epoch-end.js';
import { currentLearningRate, groupsPerStep, type Loop, remainingGroups, stepsPerEpoch } from './loop.js';
import { addGradients, clipGradients, lossAndGradients, scaleGradients } from './step.js';
import type { TrainEvent } from './train-event.js';

/** Gradients of the batches of one optimiser step. */
interface Accumulated {
  readonly gradients: ParameterTensors;
  /** Sum of the losses of the groups, and how many groups. */
  readonly lossSum: number;
  readonly count: number;
}

/** One epoch, or the rest of an interrupted one; false when it was interrupted again. */
export async function* runEpoch(loop: Loop): AsyncGenerator<TrainEvent, boolean, undefined> {
  const { request, run } = loop;
  const { config, signal } = request;
  const started = performance.now();
  let patterns = 0;
  let sum: Accumulated | undefined;
  const { profiler } = request;
  profiler?.enter('read');
  for await (const batch of readBatches(run.training, remainingGroups(loop), {
    batchSize: config.batchSize,
    withTruth: needsTruth(config),
  })) {
    sum = accumulate(sum, batch, loop);
    patterns += batch.groups.length * run.training.channels;
    profiler?.enter('read');
    if (sum.count < groupsPerStep(loop) && !isLast(loop, sum)) continue;
    profiler?.enter('update');
    const learningRate = currentLearningRate(loop);
    const loss = update(loop, sum, learningRate);
    sum = undefined;
    const patternsPerSecond = (1e3 * patterns) / (performance.now() - started);
    const { epoch, step } = loop.progress;
    profiler?.enter('report');
    yield { type: 'step', epoch: epoch + 1, step, stepsPerEpoch: stepsPerEpoch(loop), loss, learningRate, patternsPerSecond };
    // The engine works synchronously: signals, timers and reads get their turn here.
    await nextTurn();
    profiler?.enter('read');
    if (signal?.aborted === true && step < stepsPerEpoch(loop)) return false;
  }
  const seconds = (performance.now() - started) / 1e3;
  return yield* finishEpoch(loop, { seconds, patternsPerSecond: patterns / seconds });
}

const isLast = (loop: Loop, sum: Accumulated): boolean =>
  loop.progress.step * groupsPerStep(loop) + sum.count === loop.run.trainingGroups.length;

function accumulate(sum: Accumulated | undefined, batch: Batch, loop: Loop): Accumulated {
  const { loss, gradients } = lossAndGradients(batch, loop.run.learner);
  const count = batch.groups.length;
  if (!Number.isFinite(loss)) {
    for (const gradient of [...Object.values(gradients), ...Object.values(sum?.gradients ?? {})]) gradient.dispose();
    throw diverged(loop, batch, loss);
  }
  if (loop.request.config.accumulateGradBatches === 1) return { gradients, lossSum: loss * count, count };
  // Weighted by groups, so that a short last batch counts as in one large batch.
  const weighted = scaleGradients(gradients, count);
  if (sum === undefined) return { gradients: weighted, lossSum: loss * count, count };
  return { gradients: addGradients(sum.gradients, weighted), lossSum: sum.lossSum + loss * count, count: sum.count + count };
}

/** One optimiser step; returns the mean loss of its groups. */
function update(loop: Loop, { gradients, lossSum, count }: Accumulated, learningRate: number): number {
  const { config } = loop.request;
  const mean = config.accumulateGradBatches === 1 ? gradients : scaleGradients(gradients, 1 / count);
  const clipped = clipGradients(mean, config.gradientClip);
  loop.run.learner.optimiser.step(clipped, learningRate);
  for (const gradient of Object.values(clipped)) gradient.dispose();
  const { progress } = loop;
  loop.progress = {
    epoch: progress.epoch,
    step: progress.step + 1,
    lossSum: progress.lossSum + lossSum,
    lossCount: progress.lossCount + count,
  };
  return lossSum / count;
}

function diverged(loop: Loop, batch: Batch, loss: number): DivergenceError {
  const epoch = loop.progress.epoch + 1;
  const step = loop.progress.step + 1;
  return new DivergenceError(`The loss is ${loss} in epoch ${epoch}, step ${step}`, {
    where: `groups ${[...batch.groups].join(', ')} of ${loop.run.training.raw.source}`,
    fix: 'lower the learning rate, or set gradientClip (1 is usual); look at these frames if it happens in the first epoch',
    epoch,
    step,
    groups: [...batch.groups],
  });
}
