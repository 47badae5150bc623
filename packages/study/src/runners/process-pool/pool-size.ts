import { availableParallelism } from 'node:os';
import { availableBytes } from './memory.js';

/** What decides how many processes work side by side. */
export interface PoolSizeOptions {
  readonly jobs: number;
  /** Most processes at once; default: as many as there are cores. */
  readonly workers?: number | undefined;
  /** Memory one job may use, bytes; default: an equal share of what is available. */
  readonly memoryPerJob_bytes?: number | undefined;
  readonly cores?: number | undefined;
  readonly available_bytes?: number | undefined;
}

/** Processes, threads and memory of a pool. */
export interface PoolSize {
  readonly workers: number;
  /** Threads of the engine of each process. */
  readonly threads: number;
  readonly memoryPerJob_bytes: number;
}

/** A process with the engine and a small scan takes about this much. */
const SMALLEST_JOB_BYTES = 1.2 * 2 ** 30;
/** Left to everything else on the machine. */
const USABLE = 0.85;

/** Divides cores and memory among processes; there is always at least one. */
export function poolSize(options: PoolSizeOptions): PoolSize {
  const { jobs, cores = availableParallelism(), available_bytes = availableBytes() } = options;
  const usable = USABLE * available_bytes;
  const byMemory = Math.floor(usable / (options.memoryPerJob_bytes ?? SMALLEST_JOB_BYTES));
  const workers = Math.max(1, Math.min(options.workers ?? cores, jobs, byMemory));
  return {
    workers,
    threads: Math.max(1, Math.floor(cores / workers)),
    memoryPerJob_bytes: options.memoryPerJob_bytes ?? usable / workers,
  };
}
