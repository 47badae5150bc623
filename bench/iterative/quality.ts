import { join } from 'node:path';
import { openDataset } from '@ptychokit/memmap-bridge';
import type { Row } from '../row.js';
import { runSolve } from './run-solve.js';
import { scoreSolution } from './score-solution.js';

/** Phase and amplitude SSIM to reach at each number of photons per frame; those of an independent program, but for the lowest. */
const GATES: Readonly<Record<string, readonly [phase: number, amplitude: number | null]>> = {
  '1e3': [0.6, null],
  '1e4': [0.802, 0.536],
  '1e5': [0.938, 0.761],
  '1e9': [0.995, 0.974],
};

/** Every simulated scan with the same settings, scored against its truth. */
export async function quality(folder: string, options: { readonly files: readonly string[]; readonly epochs: number }): Promise<Row[]> {
  const rows: Row[] = [];
  for (const file of options.files) {
    await using raw = await openDataset(join(folder, file));
    if (raw.objectGuess === undefined) continue;
    const outcome = await runSolve(raw, { epochs: options.epochs });
    const { nrmse, phaseSsim, amplitudeSsim } = scoreSolution(outcome, raw.objectGuess);
    const [phase, amplitude] = GATES[/1e\d+/.exec(file)?.[0] ?? ''] ?? [null, null];
    const decided = `${outcome.noiseModel}, batch ${outcome.settings.batchSize}, NRMSE ${nrmse.toFixed(4)}`;
    rows.push({
      figure: `${file}, ${options.epochs} epochs of default LSQ-ML: phase SSIM, amplitude SSIM`,
      gate: `>= ${phase ?? '-'}, ${amplitude ?? '-'}`,
      measured: `${phaseSsim.toFixed(4)}, ${amplitudeSsim.toFixed(4)} (${decided})`,
      passed: phase === null ? null : rounded(phaseSsim) >= phase && rounded(amplitudeSsim) >= (amplitude ?? 0),
    });
  }
  return rows;
}

/** The gates are given to three digits. */
const rounded = (value: number): number => Math.round(1e3 * value) / 1e3;
