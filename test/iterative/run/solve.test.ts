import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ComplexArray } from '@ptychokit/config';
import { RawData } from '@ptychokit/memmap-bridge';
import { memory } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tinyScan } from '../../support/tiny-run.js';
import { type TinySolve, tinySolve } from '../support.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ptychokit-solve-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const noteTexts = ({ events }: TinySolve): string[] => events.flatMap((event) => (event.type === 'note' ? [event.text] : []));
const losses = ({ outcome }: TinySolve): number[] => outcome.history.map(({ loss }) => loss);

/** The same scan with some of its amplitudes changed. */
async function edited(raw: RawData, edit: (frames: Float32Array, area: number) => void): Promise<RawData> {
  const area = raw.frameSize ** 2;
  const frames = new Float32Array(raw.frameCount * area);
  await raw.frames.readFrames(
    Int32Array.from({ length: raw.frameCount }, (_, j) => j),
    frames,
  );
  edit(frames, area);
  const { frames: _, ...rest } = raw;
  return RawData.fromArrays({ ...rest, diffraction: frames });
}

describe.each(['lsqml', 'epie', 'rpie'] as const)('A reconstruction with %s', (engine) => {
  it('comes closer to the data in every epoch and frees all it took', async () => {
    await tinySolve({ config: { engine, epochs: 1 } });
    const before = memory().numTensors;
    const run = await tinySolve({
      config: { engine, epochs: 8, refinePositions: true, positionsFromEpoch: 4, momentum: 0.3, totalVariation: 1e-4 },
    });
    expect(memory().numTensors).toBe(before);
    expect(losses(run).at(-1)).toBeLessThan((losses(run)[0] as number) / 3);
    expect(run.outcome).toMatchObject({ reason: 'completed', epochsCompleted: 8, objectInit: 'ones' });
  });

  it('stopped in the middle of an epoch and resumed, ends with the same bits as an undisturbed run', async () => {
    const config = { engine, epochs: 4, refinePositions: true, positionsFromEpoch: 2, momentum: 0.3, averagedShare: 0.5, heldOut: 0.1 };
    const undisturbed = await tinySolve({ config });
    const stop = new AbortController();
    const first = await tinySolve({
      config,
      checkpointDir: folder,
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === 'batch' && event.epoch === 4 && event.batch === 1) stop.abort();
      },
    });
    expect(first.outcome).toMatchObject({ reason: 'interrupted', epochsCompleted: 3 });
    const second = await tinySolve({ config, checkpointDir: folder });
    expect(second.events[0]).toMatchObject({ type: 'start', resumedFromEpoch: 3 });
    for (const key of ['object', 'probe'] as const) expect(second.outcome[key].data).toEqual(undisturbed.outcome[key].data);
    expect(second.outcome.positions).toEqual(undisturbed.outcome.positions);
    expect(losses(second)).toEqual(losses(undisturbed));
  });
});

describe('A reconstruction', () => {
  it('refuses a checkpoint of another run, and one that is no checkpoint', async () => {
    await tinySolve({ checkpointDir: folder, config: { epochs: 1 } });
    await expect(tinySolve({ checkpointDir: folder, config: { epochs: 1, seed: 5 } })).rejects.toMatchObject({
      code: 'SOLVE_CHECKPOINT',
      fields: ['seed'],
    });
    const path = join(folder, 'solve.npz');
    writeFileSync(path, readFileSync(path).subarray(0, 200));
    await expect(tinySolve({ checkpointDir: folder, config: { epochs: 1 } })).rejects.toThrow(/solve\.npz/);
  });

  it('frees everything when it fails and when it is left half-way', async () => {
    await tinySolve({ config: { epochs: 1 } });
    const before = memory().numTensors;
    await expect(tinySolve({ config: { objectStep: 10, probeStep: 10, epochs: 20 } })).rejects.toMatchObject({ code: 'SOLVE_DIVERGED' });
    expect(memory().numTensors).toBe(before);
  });

  it('starts from ones unless the guess of the file is asked for', async () => {
    await expect(tinySolve({ config: { objectInit: 'guess' } })).rejects.toMatchObject({ code: 'SOLVE_DATA' });
    const guess = { shape: [120, 120], data: new Float32Array(2 * 120 * 120).fill(0.7) };
    const { frames, ...rest } = tinyScan({ frames: 25 });
    const raw = new RawData({ ...rest, frames, objectGuess: guess });
    expect((await tinySolve({ raw, config: { epochs: 1 } })).outcome.objectInit).toBe('ones');
    expect((await tinySolve({ raw, config: { epochs: 1, objectInit: 'guess' } })).outcome.objectInit).toBe('guess');
    const initialObject = { object: guess, origin: { x: 0, y: 0 } };
    expect((await tinySolve({ raw, config: { epochs: 1 }, initialObject })).outcome.objectInit).toBe('custom');
  });

  it('refuses frames with NaN by name and leaves out empty ones', async () => {
    const broken = await edited(tinyScan({ frames: 25 }), (frames, area) => frames.fill(Number.NaN, 5 * area, 5 * area + 3));
    await expect(tinySolve({ raw: broken })).rejects.toMatchObject({ frameIndex: 5 });
    const empty = await edited(tinyScan({ frames: 25 }), (frames, area) => frames.fill(0, 7 * area, 8 * area));
    const run = await tinySolve({ raw: empty });
    expect(run.events[0]).toMatchObject({ type: 'start', frames: 24, emptyFrames: 1 });
    expect(noteTexts(run)).toEqual([expect.stringContaining('1 frames without a single count are left out: 7')]);
    const nothing = await edited(tinyScan({ frames: 25 }), (frames) => frames.fill(0));
    await expect(tinySolve({ raw: nothing })).rejects.toThrow(/zero everywhere/);
  });

  it('finds dead and hot pixels and ends as well as without them', async () => {
    const N = 64;
    const [dead, hot] = [33 * N + 33, 20 * N + 40];
    const spoil = (frames: Float32Array, area: number): void => {
      for (let j = 0; j < frames.length; j += area) {
        frames[j + dead] = 0;
        frames[j + hot] = 300;
      }
    };
    const raw = await edited(tinyScan({ frames: 25 }), spoil);
    const config = { epochs: 8 };
    const clean = await tinySolve({ config });
    const masked = await tinySolve({ raw, config });
    expect(noteTexts(masked)).toEqual([expect.stringContaining('1 dead'), expect.stringContaining('1 hot')]);
    expect(masked.outcome.badPixels?.[dead]).toBe(1);
    expect(losses(masked).at(-1)).toBeLessThan(2 * (losses(clean).at(-1) as number));
    const blind = await tinySolve({ raw, config: { ...config, findBadPixels: false } });
    expect(losses(blind).at(-1)).toBeGreaterThan(5 * (losses(masked).at(-1) as number));
  });

  it('stops when held-out frames no longer gain', async () => {
    const run = await tinySolve({
      raw: tinyScan({ frames: 25, photons: 1e5 }),
      config: { heldOut: 0.2, patience: 1, epochs: 30, probeStep: 0 },
    });
    expect(run.events[0]).toMatchObject({ frames: 20, heldOutFrames: 5 });
    expect(run.outcome.history.every(({ heldOutError }) => heldOutError !== null)).toBe(true);
    expect(['early-stop', 'completed']).toContain(run.outcome.reason);
  });

  it('separates incoherent modes', async () => {
    const raw = tinyScan({ frames: 49, modes: 2 });
    const one = await tinySolve({ raw, config: { epochs: 12, probeModes: 1 } });
    const two = await tinySolve({ raw, config: { epochs: 12 } });
    expect(two.outcome.probe.shape).toEqual([2, 64, 64]);
    expect(losses(two).at(-1)).toBeLessThan((losses(one).at(-1) as number) / 2);
  });

  it('converges from a probe guess that is 20 % too large', async () => {
    const { frames, probeGuess, ...rest } = tinyScan({ frames: 49 });
    const raw = new RawData({ ...rest, frames, probeGuess: magnified(probeGuess, 1.2) });
    const { outcome } = await tinySolve({ raw, config: { epochs: 30, smoothness: 0 } });
    const [first, last] = [outcome.history[0]?.loss as number, outcome.history.at(-1)?.loss as number];
    expect(last).toBeLessThan(first / 30);
    expect(outcome.relativeResidual).toBeLessThan(2e-3);
  });
});

/** The same probe on a grid that is `factor` times finer about pixel N/2, by bilinear interpolation. */
function magnified({ shape, data }: ComplexArray, factor: number): ComplexArray {
  const N = shape[0] as number;
  const result = new Float32Array(data.length);
  for (let i = 0; i < N * N; i++) {
    const [y, x] = [Math.floor(i / N), i % N].map((at) => N / 2 + (at - N / 2) / factor) as [number, number];
    const [top, left] = [Math.floor(y), Math.floor(x)];
    for (const [row, col] of [
      [top, left],
      [top, left + 1],
      [top + 1, left],
      [top + 1, left + 1],
    ] as const) {
      const weight = Math.max(0, 1 - Math.abs(y - row)) * Math.max(0, 1 - Math.abs(x - col));
      if (weight === 0) continue;
      for (const part of [0, 1])
        result[2 * i + part] = (result[2 * i + part] as number) + weight * (data[2 * (row * N + col) + part] as number);
    }
  }
  return { shape, data: result };
}
