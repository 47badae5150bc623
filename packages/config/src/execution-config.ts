import * as z from 'zod';
import type { DeepReadonly } from './deep-readonly.js';
import { field } from './field.js';
import { lazyShape } from './lazy-shape.js';

/** How a run is carried out on this machine; none of it enters the flat dictionary (CONFIG-002). */
export const executionConfigSchema = z.strictObject(
  lazyShape(() => ({
    accelerator: field(z.enum(['cpu', 'auto']), { default: 'cpu', cli: true, doc: 'Device to compute on; cpu never touches a GPU.' }),
    threads: field(z.int().min(0), { default: 0, unit: 'threads', cli: true, doc: 'Threads of the engine; 0 uses every core.' }),
    deterministic: field(z.boolean(), {
      default: false,
      cli: true,
      doc: 'Gives bitwise equal results from run to run, at some cost in speed.',
    }),
    numWorkers: field(z.int().min(0), {
      default: 0,
      unit: 'workers',
      cli: true,
      doc: 'Accepted for scripts of the field; the next batch is always read ahead while the engine works.',
    }),
    logger: field(z.enum(['csv', 'tensorboard', 'none']), {
      default: 'csv',
      cli: true,
      doc: 'Where the numbers of each epoch are logged.',
    }),
    enableCheckpointing: field(z.boolean(), { default: true, cli: true, doc: 'Writes a checkpoint after each epoch.' }),
    checkpointSaveTopK: field(z.int().min(1), {
      default: 1,
      unit: 'checkpoints',
      cli: true,
      doc: 'Best checkpoints that are kept, besides the last.',
    }),
    checkpointMonitor: field(z.string().min(1), { default: 'val_loss', cli: true, doc: 'Logged number that ranks checkpoints.' }),
    checkpointMode: field(z.enum(['min', 'max']), {
      default: 'min',
      cli: true,
      doc: 'Whether the monitored number is better when small or large.',
    }),
    resume: field(z.boolean(), { default: true, cli: true, doc: 'Goes on from the last checkpoint of the same run, if there is one.' }),
    quiet: field(z.boolean(), { default: false, cli: true, doc: 'Shows no progress.' }),
  })),
);

/** Validated, frozen execution settings. */
export type ExecutionConfig = DeepReadonly<z.output<typeof executionConfigSchema>>;
