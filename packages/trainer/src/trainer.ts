import { type Engine, loadEngine } from './engine/load-engine.js';
import type { TrainRequest } from './training/prepare.js';
import { type TrainOutcome, train } from './training/train.js';
import type { TrainEvent } from './training/train-event.js';

/** What a {@link Trainer} ends with. */
export interface TrainerOutcome extends TrainOutcome {
  /** What computed; absent where a trainer needs no engine. */
  readonly engine?: Engine | undefined;
}

/**
 * Trains a model on the scans of a request. A trainer may tell how it goes, event by event, or simply promise its outcome: a plain
 * asynchronous function is a trainer.
 */
export type Trainer = (request: TrainRequest) => AsyncGenerator<TrainEvent, TrainerOutcome, undefined> | Promise<TrainerOutcome>;

/**
 * The production trainer: loads the engine as the execution settings say, then {@link train}.
 *
 * @throws BackendError the engine is missing or does not load
 */
export const engineTrainer: Trainer = async function* (request) {
  const engine = await loadEngine(request.execution);
  return { ...(yield* train(request)), engine };
};
