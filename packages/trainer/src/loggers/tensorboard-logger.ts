import { appendFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { TrainEvent } from '../training/train-event.js';
import { isLoggedStep, type TrainLogger } from './logger.js';
import { encodeEvent } from './tensorboard-record.js';
import { openVersionDir } from './version-dir.js';

/** `training_logs/version_<k>/events.out.tfevents.*`: scalars by optimiser step, as TensorBoard reads them. */
export class TensorBoardLogger implements TrainLogger {
  readonly #root: string;
  #directory: string | null = null;
  #path: string | null = null;
  #stepsPerEpoch = 0;

  constructor(root: string) {
    this.#root = root;
  }

  get directory(): string | null {
    return this.#directory;
  }

  async log(event: TrainEvent): Promise<void> {
    if (event.type === 'start') {
      this.#stepsPerEpoch = event.stepsPerEpoch;
      this.#directory = await openVersionDir(this.#root, { latest: event.resumedFromEpoch !== null });
      const seconds = Math.floor(Date.now() / 1e3);
      this.#path = join(this.#directory, `events.out.tfevents.${seconds}.${hostname()}.${process.pid}`);
      await this.#append(0, null);
    } else if (event.type === 'epoch') {
      await this.#append(event.epoch * this.#stepsPerEpoch, {
        train_loss: event.trainLoss,
        ...(event.valLoss === null ? {} : { val_loss: event.valLoss }),
        learning_rate: event.learningRate,
        epoch: event.epoch,
      });
    } else if (isLoggedStep(event)) {
      await this.#append((event.epoch - 1) * this.#stepsPerEpoch + event.step, { train_loss_step: event.loss });
    }
  }

  async close(): Promise<void> {}

  async #append(step: number, scalars: Readonly<Record<string, number>> | null): Promise<void> {
    if (this.#path === null) throw new TypeError('expected the start event first');
    await appendFile(this.#path, encodeEvent({ wallTimeSeconds: Date.now() / 1e3, step, scalars }));
  }
}
