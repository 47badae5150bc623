import type { RawData } from '@ptychokit/memmap-bridge';
import { RawData as Raw } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { splitHalf } from '../../../packages/study/src/solve/split-half.js';
import { tinySolve, tinySolveConfig } from '../../iterative/support.js';
import { tinyScan } from '../../support/tiny-run.js';

const CONFIG = { epochs: 15, batchSize: 9 };

/** The scan with the frames of one parity from another object. */
async function halfFrom(raw: RawData, other: RawData, parity: number): Promise<RawData> {
  const area = raw.frameSize ** 2;
  const diffraction = new Float32Array(raw.frameCount * area);
  for (let j = 0; j < raw.frameCount; j++) {
    const source = j % 2 === parity ? other : raw;
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
    for (const parity of [0, 1]) expect(await agreementOf(await halfFrom(raw, other, parity))).toBeLessThan(agreeing - 0.3);
  });
});
