import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadExecutionConfig, loadSolveConfig } from '@ptychokit/config';
import { solveScan } from '@ptychokit/study';
import { dataDir } from '../../test/support/shared-data.js';
import type { Row } from '../row.js';

const SCANS = [
  { file: 'siemens_star_N64.npz', residual: 0.018 },
  { file: 'siemens_star_N128.npz', residual: 0.02 },
] as const;
const EPOCHS = 50;
const MINUTES = 10;

/** Measured scans: residual, time, and how far two halves of the frames agree. */
export async function real(options: { readonly threads: number; readonly keep: string | undefined }): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { file, residual } of SCANS) {
    const scanFile = join(dataDir() ?? '', file);
    if (!existsSync(scanFile)) continue;
    const temporary = await mkdtemp(join(tmpdir(), 'ptychokit-bench-'));
    const outputDir = join(options.keep ?? temporary, file.replace('.npz', ''));
    try {
      const config = loadSolveConfig({ overrides: { scanFile, outputDir, epochs: EPOCHS, splitHalf: true } });
      const execution = loadExecutionConfig({ overrides: { threads: options.threads } });
      const { outcome, halves, record } = await solveScan({ config, execution });
      const { 'split-half': halvesSeconds = 0, ...own } = record.timings_s;
      const minutes = Object.values(own).reduce((a, b) => a + b, 0) / 60;
      rows.push({
        figure: `${file}, ${EPOCHS} epochs: relative residual; minutes`,
        gate: `<= ${residual}; < ${MINUTES}`,
        measured: `${outcome.relativeResidual.toFixed(4)}; ${minutes.toFixed(1)} and ${(halvesSeconds / 60).toFixed(1)} for the halves`,
        passed: outcome.relativeResidual <= residual && minutes < MINUTES,
      });
      const [half, bit] = [halves?.at0p5, halves?.halfBit].map(
        (each) => each?.reason ?? `${each?.fractionOfNyquist?.toFixed(2)} of Nyquist`,
      );
      rows.push({ figure: `${file}: split-half FRC at 0.5; half-bit`, gate: 'printed', measured: `${half}; ${bit}`, passed: null });
    } finally {
      await rm(temporary, { recursive: true });
    }
  }
  return rows;
}
