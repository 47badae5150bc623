import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What a timed program prints. */
export interface Timing {
  readonly median_ms: number;
  readonly groups_per_s: number;
  readonly peak_rss_mb?: number;
  /** Time of what this is compared with by its own time, median of pairs within the process. */
  readonly ratio?: number;
}

/** How our program is run. */
export interface OurOptions {
  /** Default: those of all programs. */
  readonly threads?: string;
  /** Another kind of step to time in turn with this one. */
  readonly beside?: 'infer';
}

/** The timed programs, each run in a process of its own. */
export interface Programs {
  ours(mode: 'train' | 'infer' | 'stitch', gridsize: number, options?: OurOptions): Promise<Timing>;
  /** Whole epochs of `train` on a scan file, with logger and checkpoints; time per step. */
  epoch(gridsize: number): Promise<Timing>;
  torch(mode: 'train' | 'infer', options: { readonly gridsize: number; readonly layout: string }): Promise<Timing>;
}

const execute = promisify(execFile);

async function timingOf(command: string, args: readonly string[]): Promise<Timing> {
  const { stdout } = await execute(command, args);
  return JSON.parse(stdout) as Timing;
}

const source = (name: string): string[] => [
  '--import',
  'tsx',
  '--conditions=@ptychokit/source',
  fileURLToPath(new URL(name, import.meta.url)),
];

export function programs({ python, reference, threads }: { python: string; reference: string; threads: string }): Programs {
  const flags = (gridsize: number, count: string): string[] => ['--gridsize', `${gridsize}`, '--threads', count];
  return {
    ours: (mode, gridsize, { threads: count = threads, beside } = {}) => {
      const turns = beside === undefined ? [] : ['--beside', beside];
      return timingOf(process.execPath, [...source('./step.ts'), '--mode', mode, ...turns, ...flags(gridsize, count)]);
    },
    epoch: (gridsize) => timingOf(process.execPath, [...source('./epoch.ts'), ...flags(gridsize, threads)]),
    torch: (mode, { gridsize, layout }) =>
      timingOf(python, [reference, ...flags(gridsize, threads), '--layout', layout, '--json', ...(mode === 'infer' ? ['--infer'] : [])]),
  };
}

export function hasTorch(python: string): boolean {
  try {
    execFileSync(python, ['-c', 'import torch'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
