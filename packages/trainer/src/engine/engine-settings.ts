import { availableParallelism } from 'node:os';

/** What a process asks of the engine; all of it is fixed when the engine is first loaded. */
export interface EngineOptions {
  /**
   * Threads of one operation. Default 0: what `TF_NUM_INTRAOP_THREADS` says, else all cores.
   * Results are equal bit for bit between processes only for equal thread counts.
   */
  readonly threads?: number | undefined;
  /** `"cpu"` (default) hides any GPU from TensorFlow, `"auto"` leaves the choice to it. */
  readonly accelerator?: 'cpu' | 'auto' | undefined;
  /** Default false. When true, 0 threads means 1 instead of all cores, so that results do not depend on the machine's size. */
  readonly deterministic?: boolean | undefined;
}

/** {@link EngineOptions} with every field decided. */
export interface EngineSettings {
  readonly threads: number;
  readonly accelerator: 'cpu' | 'auto';
  readonly deterministic: boolean;
}

const THREAD_VARIABLES = ['TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS', 'OMP_NUM_THREADS'] as const;

/**
 * Decides every setting from options, environment and machine.
 *
 * @throws RangeError if `threads` is not a whole number of at least 0
 */
export function engineSettings(options: EngineOptions = {}, env: NodeJS.ProcessEnv = process.env): EngineSettings {
  const { threads = 0, accelerator = 'cpu', deterministic = false } = options;
  if (!Number.isInteger(threads) || threads < 0)
    throw new RangeError(`expected threads to be a whole number of at least 0, got ${threads}`);
  const named = Number.parseInt(env.TF_NUM_INTRAOP_THREADS ?? '', 10);
  const unnamed = deterministic ? 1 : availableParallelism();
  return { threads: threads || (named > 0 ? named : unnamed), accelerator, deterministic };
}

/**
 * Runs `load` with the settings where TensorFlow reads them, which it does once, while it is loaded.
 *
 * The environment is as before afterwards, so that child processes decide for themselves; only `TF_DETERMINISTIC_OPS` stays, because it is
 * read when the first operation asks. Without it TensorFlow adds crops into one image (CropAndResizeGradImage) from several threads without
 * a lock, and now and then an addition is lost; with it that operation runs on one thread, and all others keep theirs.
 */
export async function withSettings<T>({ threads, accelerator }: EngineSettings, load: () => Promise<T>): Promise<T> {
  const variables: Record<string, string> = { TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? '3' };
  for (const name of THREAD_VARIABLES) variables[name] = String(threads);
  if (accelerator === 'cpu') variables.CUDA_VISIBLE_DEVICES = '-1';
  process.env.TF_DETERMINISTIC_OPS ??= '1';
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    return await load();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
