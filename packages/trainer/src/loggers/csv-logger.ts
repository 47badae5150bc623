import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainEvent } from '../training/train-event.js';
import { isLoggedStep, type TrainLogger } from './logger.js';
import { openVersionDir } from './version-dir.js';

const COLUMNS = ['epoch', 'step', 'learning_rate', 'train_loss_step', 'train_loss', 'val_loss'] as const;

/**
 * `training_logs/version_<k>/metrics.csv`: one row per logged step and one per epoch; a resumed run goes on in the file of the run it
 * resumes. Nothing in it depends on the speed of the machine, so that equal runs write equal files.
 */
export class CsvLogger implements TrainLogger {
  readonly #root: string;
  #directory: string | null = null;

  constructor(root: string) {
    this.#root = root;
  }

  get directory(): string | null {
    return this.#directory;
  }

  async log(event: TrainEvent): Promise<void> {
    if (event.type === 'start') await this.#open(event.resumedFromEpoch, event.resumedFromStep);
    else if (event.type === 'epoch') await this.#append([event.epoch, '', event.learningRate, '', event.trainLoss, event.valLoss ?? '']);
    else if (isLoggedStep(event)) await this.#append([event.epoch, event.step, event.learningRate, event.loss, '', '']);
  }

  async close(): Promise<void> {}

  get #path(): string {
    if (this.#directory === null) throw new TypeError('expected the start event first');
    return join(this.#directory, 'metrics.csv');
  }

  async #open(epoch: number | null, step: number | null): Promise<void> {
    this.#directory = await openVersionDir(this.#root, { latest: epoch !== null });
    const old = epoch === null ? '' : await readFile(this.#path, 'utf8').catch(() => '');
    const kept = old
      .split('\n')
      .slice(1)
      .filter((row) => row !== '' && isBefore(row, epoch ?? 0, step ?? 0));
    // Under another name first: a run that is killed here must find its rows again.
    await writeFile(`${this.#path}.tmp`, `${[COLUMNS.join(','), ...kept].join('\n')}\n`);
    await rename(`${this.#path}.tmp`, this.#path);
  }

  async #append(row: readonly (string | number)[]): Promise<void> {
    await appendFile(this.#path, `${row.join(',')}\n`);
  }
}

/** True for rows of what the checkpoint already contains: finished epochs, and finished steps of the one under way. */
function isBefore(row: string, epoch: number, step: number): boolean {
  const [rowEpoch, rowStep] = row.split(',');
  return Number(rowEpoch) <= epoch || (Number(rowEpoch) === epoch + 1 && rowStep !== '' && Number(rowStep) <= step);
}
