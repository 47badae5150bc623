import { groupsFromMembers, RawData } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { type DataDigests, digestData } from '../../../packages/trainer/src/checkpoint/data-digest.js';
import { framePowers } from '../../../packages/trainer/src/scales.js';

const N = 8;
const FRAMES = 40;
const area = N * N;

interface Change {
  readonly diffraction?: (values: Float32Array) => void;
  readonly x?: (values: Float64Array) => void;
  readonly probe?: (values: Float32Array) => void;
  readonly truth?: (values: Float32Array) => void;
  readonly members?: readonly number[];
  readonly used?: readonly number[];
}

function truthOf(change: Change): RawData['truthPatches'] {
  if (change.truth === undefined) return undefined;
  const values = Float32Array.from({ length: 2 * FRAMES * area }, (_, i) => i);
  change.truth(values);
  return {
    patchCount: FRAMES,
    patchSize: N,
    readPatches: async (indices, into) => {
      for (const [k, index] of Array.from(indices).entries())
        into.set(values.subarray(2 * index * area, 2 * (index + 1) * area), 2 * k * area);
    },
    close: async () => undefined,
  };
}

/** Digests of a scan whose frame k is k + 1 at pixel k mod 64 and 1 elsewhere, after a change. */
async function digests(change: Change = {}): Promise<DataDigests> {
  const diffraction = Float32Array.from({ length: FRAMES * area }, (_, i) => (i % area === Math.floor(i / area) ? 1 + i / area : 1));
  const xcoords = Float64Array.from({ length: FRAMES }, (_, i) => i);
  const data = new Float32Array(2 * area).fill(1);
  change.diffraction?.(diffraction);
  change.x?.(xcoords);
  change.probe?.(data);
  const truthPatches = truthOf(change);
  const probeGuess = { shape: [N, N], data };
  const raw = RawData.fromArrays({ diffraction, frameSize: N, xcoords, ycoords: xcoords, probeGuess, truthPatches });
  const members = Int32Array.from(change.members ?? [0, 1, 2, 3]);
  const groups = groupsFromMembers(raw, { members, channels: 2 });
  return digestData({ role: 'training', groups, used: Int32Array.from(change.used ?? [0, 1]), powers: await framePowers(raw) });
}

const exchangeFrames = (values: Float32Array, a: number, b: number): void => {
  const kept = values.slice(a * area, (a + 1) * area);
  values.copyWithin(a * area, b * area, (b + 1) * area);
  values.set(kept, b * area);
};

/** Turns the frame by a quarter: its power stays. */
const transpose = (values: Float32Array): void => {
  const before = values.slice();
  for (let i = 0; i < values.length; i++) {
    const [frame, row, column] = [Math.floor(i / area), Math.floor(i / N) % N, i % N];
    values[i] = before[frame * area + column * N + row] as number;
  }
};

describe('The digests of a data set', () => {
  it('are the same for the same data', async () => {
    expect(await digests()).toEqual(await digests());
    expect(Object.keys(await digests())).toEqual(['training positions', 'training groups', 'training frames', 'training probe']);
  });

  it.each<[string, Change, string]>([
    ['two neighbouring frames exchanged', { diffraction: (values) => exchangeFrames(values, 20, 21) }, 'training frames'],
    ['one pixel of one frame changed', { diffraction: (values) => values.fill(2, 777, 778) }, 'training frames'],
    ['all frames transposed', { diffraction: transpose }, 'training frames'],
    ['one position moved', { x: (values) => values.fill(17.5, 17, 18) }, 'training positions'],
    ['other members', { members: [0, 1, 3, 2] }, 'training groups'],
    ['another split of the same groups', { used: [0] }, 'training groups'],
    ['another probe', { probe: (values) => values.fill(2, 5, 6) }, 'training probe'],
  ])('differ for %s', async (_, change, part) => {
    const [before, after] = [await digests(), await digests(change)];
    expect(Object.keys(before).filter((name) => before[name] !== after[name])).toEqual([part]);
  });

  it('differ for other true patches', async () => {
    const [before, after] = [await digests({ truth: () => undefined }), await digests({ truth: (values) => values.reverse() })];
    expect(Object.keys(before).filter((name) => before[name] !== after[name])).toEqual(['training truth']);
  });
});
