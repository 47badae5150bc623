// Phase D and the study layer by the clock: overlap metrics; a job of the study beside its bare training, alternating.
import type { Row } from '../row.js';
import { medianOf, quote } from '../statistics.js';
import { program, type Timing } from './program.js';

const [GATE_OVERLAP_S, GATE_OVERLAP_MB, GATE_OVERHEAD_PERCENT] = [3, 300, 3];

export async function overlapRows(runs: number): Promise<readonly Row[]> {
  const timings: Timing[] = [];
  for (let i = 0; i < runs; i++) timings.push(await program('overlap.ts', '--points', '100000'));
  const seconds = timings.map((timing) => timing.seconds);
  const peak = Math.max(...timings.map(({ peak_rss_mb }) => peak_rss_mb));
  return [
    {
      figure: 'overlap metrics of 100,000 positions',
      gate: `< ${GATE_OVERLAP_S} s, < ${GATE_OVERLAP_MB} MB`,
      measured: `${quote(seconds)} s, peak ${peak.toFixed(0)} MB`,
      passed: medianOf(seconds) < GATE_OVERLAP_S && peak < GATE_OVERLAP_MB,
    },
  ];
}

export async function overheadRows(pairs: number): Promise<readonly Row[]> {
  type Pairs = { readonly pairs: readonly { readonly bare_s: number; readonly study_s: number }[] };
  const { pairs: timed } = await program<Pairs>('overhead.ts', '--pairs', String(pairs));
  const bare = medianOf(timed.map(({ bare_s }) => bare_s));
  const added = timed.map(({ bare_s, study_s }) => 100 * (study_s / bare_s - 1));
  return [
    {
      figure: `what the study adds to a bare training of ${bare.toFixed(1)} s, %`,
      gate: `<= ${GATE_OVERHEAD_PERCENT}`,
      measured: quote(added),
      passed: medianOf(added) <= GATE_OVERHEAD_PERCENT,
    },
  ];
}
