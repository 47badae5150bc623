import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { simulateScanFile } from '@ptychokit/study';
import type { Row } from '../row.js';

const FRAMES = 400;
const FACTOR = 10;
/** What the largest resident size may grow by: positions, batch indices and the larger object, not frames. */
const GATE_MB = 60;

/** Largest resident size of a reconstruction of few and of ten times as many frames on the same area, each in a process of its own. */
export async function memory(): Promise<Row[]> {
  const dir = await mkdtemp(join(tmpdir(), 'ptychokit-bench-'));
  try {
    const peaks: number[] = [];
    for (const [frames, step] of [
      [FRAMES, 4],
      [FACTOR * FRAMES, 4 / Math.sqrt(FACTOR)],
    ] as const) {
      const path = join(dir, `${frames}.npz`);
      await simulateScanFile(path, { object: 'siemens', frames, step, nphotons: 1e6, seed: 1 });
      peaks.push(peakOf(path));
    }
    const [few, many] = peaks as [number, number];
    const framesMb = (FACTOR * FRAMES * 64 * 64 * 4) / 2 ** 20;
    return [
      {
        figure: `largest resident size, ${FRAMES} and ${FACTOR * FRAMES} frames (${framesMb.toFixed(0)} MB) on one area`,
        gate: `+${GATE_MB} MB`,
        measured: `${few.toFixed(0)} and ${many.toFixed(0)} MB`,
        passed: many - few <= GATE_MB,
      },
    ];
  } finally {
    await rm(dir, { recursive: true });
  }
}

function peakOf(path: string): number {
  const program = fileURLToPath(new URL('./memory-peak.ts', import.meta.url));
  const run = spawnSync(process.execPath, ['--import', 'tsx', '--conditions=@ptychokit/source', program, path], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return Number(run.stdout);
}
