import '@tensorflow/tfjs-node';
import { Random } from '@ptychokit/config';
import { RawData } from '@ptychokit/memmap-bridge';
import { expect, it } from 'vitest';
import { tinyScan } from '../../support/tiny-run.js';
import { tinySolve } from '../support.js';

const truth = tinyScan({ frames: 49, photons: 1e6 });
const CONFIG = { epochs: 40, batchSize: 25, refinePositions: true, positionsFromEpoch: 10, probeStep: 0, smoothness: 0 };

/** The scan with positions that are wrong by a normal deviate per axis. */
function displaced(sigmaPx: number): RawData {
  const random = new Random(5, 'displacements');
  const away = (values: Float64Array): Float64Array => {
    const deviates = random.normals(values.length);
    return values.map((value, k) => value + sigmaPx * (deviates[k] as number));
  };
  return new RawData({ ...truth, xcoords: away(truth.xcoords), ycoords: away(truth.ycoords) });
}

/** Root mean square deviation per axis, without the mean, which no data can tell. */
function errorOf({ x, y }: { readonly x: Float64Array; readonly y: Float64Array }): number {
  const squares = [
    x.map((value, k) => value - (truth.xcoords[k] as number)),
    y.map((value, k) => value - (truth.ycoords[k] as number)),
  ].map((away) => {
    const mean = away.reduce((a, b) => a + b, 0) / away.length;
    return away.reduce((sum, value) => sum + (value - mean) ** 2, 0) / away.length;
  });
  return Math.sqrt(((squares[0] as number) + (squares[1] as number)) / 2);
}

it('Wrong positions are found again', async () => {
  const raw = displaced(0.8);
  const { outcome } = await tinySolve({ raw, config: CONFIG });
  expect(errorOf({ x: raw.xcoords, y: raw.ycoords })).toBeGreaterThan(0.6);
  expect(errorOf(outcome.positions)).toBeLessThan(0.3);
});

it('Right positions stay where they are', async () => {
  const { outcome } = await tinySolve({ raw: truth, config: CONFIG });
  expect(errorOf(outcome.positions)).toBeLessThan(0.1);
});
