import { join } from 'node:path';
import { Random } from '@ptychokit/config';
import { openDataset, RawData } from '@ptychokit/memmap-bridge';
import type { Row } from '../row.js';
import { runSolve } from './run-solve.js';

const GATE_PX = 0.3;
const DRIFT_PX = 0.1;

/** Refinement of positions that are wrong by a normal deviate of 1 px per axis, and of right ones. */
export async function positions(folder: string, options: { readonly file: string; readonly epochs: number }): Promise<Row[]> {
  await using raw = await openDataset(join(folder, options.file));
  const refined = async (sigmaPx: number): Promise<number> => {
    const random = new Random(7, 'positions');
    const away = (values: Float64Array): Float64Array => {
      const deviates = random.normals(values.length);
      return values.map((value, j) => value + sigmaPx * (deviates[j] as number));
    };
    const moved = new RawData({ ...raw, xcoords: away(raw.xcoords), ycoords: away(raw.ycoords) });
    const outcome = await runSolve(moved, { epochs: options.epochs, refinePositions: true });
    return errorPx(outcome.positions, raw);
  };
  const [wrong, right] = [await refined(1), await refined(0)];
  const row = (figure: string, value: number, gate: number): Row => ({
    figure: `${figure}, ${options.file}, ${options.epochs} epochs, rms per axis`,
    gate: `<= ${gate} px`,
    measured: `${value.toFixed(3)} px`,
    passed: value <= gate,
  });
  return [row('positions wrong by 1 px, refined', wrong, GATE_PX), row('right positions, refined: drift', right, DRIFT_PX)];
}

/** Root mean square deviation per axis without the mean, which no data can tell. */
function errorPx(found: { readonly x: Float64Array; readonly y: Float64Array }, truth: RawData): number {
  const variance = (values: Float64Array, right: Float64Array): number => {
    const away = values.map((value, j) => value - (right[j] as number));
    const mean = away.reduce((a, b) => a + b, 0) / away.length;
    return away.reduce((sum, value) => sum + (value - mean) ** 2, 0) / away.length;
  };
  return Math.sqrt((variance(found.x, truth.xcoords) + variance(found.y, truth.ycoords)) / 2);
}
