import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What a program of this folder prints. */
export interface Timing {
  readonly per_s: number;
  readonly seconds: number;
  readonly peak_rss_mb: number;
}

const run = promisify(execFile);
const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Runs a program of this folder in a process of its own. */
export async function program<T = Timing>(name: string, ...args: readonly string[]): Promise<T> {
  const { stdout } = await run(process.execPath, ['--import', 'tsx', '--conditions=@ptychokit/source', beside(name), ...args]);
  return JSON.parse(stdout) as T;
}

/** Runs the numpy reference with one thread; undefined where that Python has no numpy. */
export async function reference(python: string, ...args: readonly string[]): Promise<Timing | undefined> {
  const hasNumpy = await run(python, ['-c', 'import numpy']).then(
    () => true,
    () => false,
  );
  if (!hasNumpy) return undefined;
  const { stdout } = await run(python, [beside('simulate_reference.py'), ...args], { env: { ...process.env, OMP_NUM_THREADS: '1' } });
  return JSON.parse(stdout) as Timing;
}
