import type { ExecutionConfig } from '@ptychokit/config';
import type { EpochRecord } from './train-event.js';

/** The number that ranks epochs: the monitored one, or the training loss where no validation group exists. */
export function monitored(record: EpochRecord, monitor: ExecutionConfig['checkpointMonitor']): number {
  return monitor === 'train_loss' || record.valLoss === null ? record.trainLoss : record.valLoss;
}

/** Index of the best epoch, earliest first among equals; -1 without epochs. */
export function bestIndex(history: readonly EpochRecord[], options: Pick<ExecutionConfig, 'checkpointMonitor' | 'checkpointMode'>): number {
  const sign = options.checkpointMode === 'max' ? -1 : 1;
  const values = history.map((record) => {
    const value = sign * monitored(record, options.checkpointMonitor);
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  });
  return values.reduce((best, value, i) => (best < 0 || value < (values[best] as number) ? i : best), -1);
}

/** True when the last `patience` epochs brought no improvement. */
export function isExhausted(
  history: readonly EpochRecord[],
  options: Pick<ExecutionConfig, 'checkpointMonitor' | 'checkpointMode'> & { readonly patience: number | null },
): boolean {
  return options.patience !== null && history.length - 1 - bestIndex(history, options) >= options.patience;
}
