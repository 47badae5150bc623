import type { LossWeights, TrainEvent } from '@ptychokit/trainer';
import type { CliIo } from './cli-io.js';
import type { Paint } from './colour.js';
import { durationText } from './duration-text.js';
import { progressBar } from './progress-bar.js';

/** A line of text; `moving` ones may be replaced by the next. */
export interface TrainingLine {
  readonly text: string;
  readonly moving: boolean;
}

/** Turns the events of one training run into lines; undefined for events that say nothing new. */
export function trainingText(io: CliIo, paint: Paint): (event: TrainEvent) => TrainingLine | undefined {
  const run = { epochs: 0, startedAt: 0, doneAtStart: 0, valLoss: null as number | null };
  const left = (done: number): string => {
    const worked = done - run.doneAtStart;
    const seconds = ((io.now() - run.startedAt) / 1000) * ((run.epochs - done) / worked);
    return worked > 0 && done < run.epochs ? `${durationText(seconds)} left` : '';
  };
  return (event) => {
    switch (event.type) {
      case 'start': {
        const doneAtStart = (event.resumedFromEpoch ?? 0) + (event.resumedFromStep ?? 0) / event.stepsPerEpoch;
        Object.assign(run, { epochs: event.epochs, startedAt: io.now(), doneAtStart });
        return { text: startText(event), moving: false };
      }
      case 'step': {
        const done = event.epoch - 1 + event.step / event.stepsPerEpoch;
        const bar = progressBar(done / run.epochs, io.columns());
        const facts = [loss(event.loss, run.valLoss), `${event.patternsPerSecond.toFixed(0)} patterns/s`, left(done)];
        return { text: `epoch ${event.epoch}/${run.epochs} ${bar} ${join(facts)}`, moving: true };
      }
      case 'epoch': {
        run.valLoss = event.valLoss;
        const rate = `${event.patternsPerSecond.toFixed(0)} patterns/s`;
        const best = event.best ? paint('green', 'best') : '';
        const facts = [loss(event.trainLoss, event.valLoss), rate, durationText(event.seconds), left(event.epoch), best];
        return { text: `epoch ${event.epoch}/${run.epochs}  ${join(facts)}`, moving: false };
      }
      case 'end':
        return event.reason === 'early-stop' ? { text: 'stopped early: no improvement any more', moving: false } : undefined;
      case 'checkpoint':
        return undefined;
    }
  };
}

function startText(event: Extract<TrainEvent, { type: 'start' }>): string {
  const held = event.validationGroups > 0 ? ` + ${event.validationGroups} for validation` : '';
  const step = event.resumedFromStep ? `, step ${event.resumedFromStep}` : '';
  const resumed = event.resumedFromEpoch === null ? '' : `, going on after epoch ${event.resumedFromEpoch}${step}`;
  const named = lossText(event.loss);
  return `training: ${event.groups} groups${held}, ${event.parameters} parameters, ${event.epochs} epochs, ${named}${resumed}`;
}

/** What training minimises, of the terms that compare with the measurement. */
function lossText(weights: LossWeights | null): string {
  if (weights === null) return 'loss on true patches';
  const terms = [...(weights.nll > 0 ? ['Poisson likelihood'] : []), ...(weights.mae > 0 ? ['absolute error of amplitudes'] : [])];
  return terms.length === 0 ? 'loss on true patches' : `loss ${terms.join(' + ')}`;
}

const loss = (train: number, val: number | null): string =>
  val === null ? `loss ${number(train)}` : `loss ${number(train)}  val ${number(val)}`;

const join = (facts: readonly string[]): string => facts.filter((fact) => fact !== '').join('  ');

/** Five significant digits; an exponent only where a plain number would be unreadable. */
const number = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(5))) : String(value));
