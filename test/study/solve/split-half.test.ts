import type { RawData } from '@ptychokit/memmap-bridge';
import { RawData as Raw } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { halvesOf, splitHalf } from '../../../packages/study/src/solve/split-half.js';
import { tinySolve, tinySolveConfig } from '../../iterative/support.js';
import { tinyScan } from '../../support/tiny-run.js';

const CONFIG = { epochs: 15, batchSize: 9 };

/** The scan with the frames of one half from another object. */
async function halfFrom(raw: RawData, other: RawData, index: number): Promise<RawData> {
  const half = halvesOf({ x: raw.xcoords, y: raw.ycoords }, tinySolveConfig(CONFIG))[index];
  const area = raw.frameSize ** 2;
  const diffraction = new Float32Array(raw.frameCount * area);
  for (let j = 0; j < raw.frameCount; j++) {
    const source = half?.includes(j) ? other : raw;
    await source.frames.readFrames(Int32Array.of(j), diffraction.subarray(j * area, (j + 1) * area));
  }
  const { frames: _, ...rest } = raw;
  return Raw.fromArrays({ ...rest, diffraction });
}

/** Mean correlation of the rings that hold detail of the object, without the mean. */
async function agreementOf(raw: RawData): Promise<number> {
  const { outcome } = await tinySolve({ raw, config: CONFIG });
  const halves = await splitHalf({ raw, config: tinySolveConfig(CONFIG), outcome }, { onEvent: () => undefined, signal: undefined });
  const rings = Array.from(halves?.curve.correlation ?? []).slice(1, 8);
  return rings.reduce((sum, value) => sum + value, 0) / rings.length;
}

describe('splitHalf', { timeout: 120_000 }, () => {
  it('finds halves that agree, and halves of different objects that do not, whichever half is the other one', async () => {
    const raw = tinyScan({ frames: 64 });
    const other = tinyScan({ frames: 64, seed: 9 });
    const agreeing = await agreementOf(raw);
    expect(agreeing).toBeGreaterThan(0.8);
    for (const index of [0, 1]) expect(await agreementOf(await halfFrom(raw, other, index))).toBeLessThan(agreeing - 0.3);
  });
});

describe('The halves of a scan', () => {
  const side = 16;
  const [x, y] = [(j: number) => j % side, (j: number) => Math.floor(j / side)].map((at) =>
    Array.from({ length: side ** 2 }, (_, j) => at(j)),
  );
  const positions = { x: x as number[], y: y as number[] };

  it('hold every frame once, and as many each', () => {
    const [first = [], second = []] = halvesOf(positions, { seed: 4 });
    expect(first.length).toBe(second.length);
    expect([...first, ...second].sort((a, b) => a - b)).toEqual(positions.x.map((_, j) => j));
  });

  it('are no coarser rasters', () => {
    const coarseness = (half: readonly number[], [kx, ky]: readonly [number, number]): number =>
      Math.abs(half.reduce((sum, j) => sum + Math.cos(Math.PI * (kx * (positions.x[j] as number) + ky * (positions.y[j] as number))), 0)) /
      half.length;
    for (const wave of [
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      for (const half of halvesOf(positions, { seed: 4 })) expect(coarseness(half, wave)).toBeLessThan(0.25);
    }
    const everyOther = positions.x.map((_, j) => 2 * j).filter((j) => j < side ** 2);
    expect(coarseness(everyOther, [1, 0])).toBe(1);
  });
});
