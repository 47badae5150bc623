// Phase C by the clock: simulation beside numpy, alternating; memory of many frames; the whole phase.
import type { Row } from '../row.js';
import { medianOf, quote } from '../statistics.js';
import { program, reference, type Timing } from './program.js';

const GATE_PER_S = 2000;
/** Growth of the peak from 10,000 to 100,000 frames that still counts as flat. */
const GATE_GROWTH = 1.1;

/** How often and on what to simulate. */
export interface SimulateOptions {
  readonly pairs: number;
  readonly frames: string;
  readonly processes: number;
  readonly python: string;
}

/** As many doses side by side as there are processes; frames per second of all together. */
async function sideBySide(processes: number, one: () => Promise<Timing | undefined>): Promise<number> {
  const all = await Promise.all(Array.from({ length: processes }, one));
  return all.reduce((sum, timing) => sum + (timing?.per_s ?? Number.NaN), 0);
}

export async function simulateRows({ pairs, frames, processes, python }: SimulateOptions): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const dose of ['1e3', '1e4', '1e5']) {
    const args = ['--frames', frames, '--dose', dose];
    const [own, ratios]: [number[], number[]] = [[], []];
    // One more pair than counted: the first warms caches and clocks up.
    for (let pair = 0; pair <= pairs; pair++) {
      const mine = await sideBySide(processes, () => program('simulate.ts', ...args));
      const theirs = await sideBySide(processes, () => reference(python, ...args));
      if (pair === 0) continue;
      own.push(mine);
      ratios.push(mine / theirs);
    }
    const against = Number.isNaN(ratios[0]) ? 'no numpy for that Python' : `${quote(ratios)} times as fast as numpy`;
    const measured = `${own.map((value) => value.toFixed(0)).join(', ')}; ${against}`;
    rows.push({
      figure: `frames simulated per s, N 64, ${processes} processes, dose ${dose}`,
      gate: `>= ${GATE_PER_S}`,
      measured,
      passed: medianOf(own) >= GATE_PER_S,
    });
  }
  return rows;
}

export async function memoryRows(): Promise<readonly Row[]> {
  const peaks: number[] = [];
  for (const frames of ['1000', '10000', '100000']) peaks.push((await program('simulate.ts', '--frames', frames)).peak_rss_mb);
  return [
    {
      figure: 'peak memory of simulating 1,000, 10,000, 100,000 frames, MB',
      gate: `flat: last <= ${GATE_GROWTH} of the one before`,
      measured: peaks.map((peak) => peak.toFixed(0)).join(', '),
      passed: (peaks[2] as number) <= GATE_GROWTH * (peaks[1] as number),
    },
  ];
}

export async function generateRows(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const frames of ['2048', '20480']) {
    const { peak_rss_mb, per_s } = await program('generate.ts', '--frames', frames);
    rows.push({
      figure: `phase C with every stage and file, ${frames} frames, one process`,
      gate: 'printed',
      measured: `${per_s.toFixed(0)} frames/s, peak ${peak_rss_mb.toFixed(0)} MB`,
      passed: null,
    });
  }
  return rows;
}
