import type { ExecutionConfig } from '@ptychokit/config';
import { CsvLogger } from './csv-logger.js';
import type { TrainLogger } from './logger.js';
import { TensorBoardLogger } from './tensorboard-logger.js';

/** A logger that writes under `directory/training_logs`; `none` writes nothing (the history is in the result all the same). */
export function createLogger(kind: ExecutionConfig['logger'], directory: string): TrainLogger {
  switch (kind) {
    case 'csv':
      return new CsvLogger(directory);
    case 'tensorboard':
      return new TensorBoardLogger(directory);
    case 'none':
      return { directory: null, log: async () => {}, close: async () => {} };
  }
}
