import { join } from 'node:path';
import { groupsFromMembers, NpzFile, RawData, readNpy, toFloat32, toFloat64, toInt32, writeNpy } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { fixturesDir } from '../../support/shared-data.js';
import { expectSame } from '../support/expect-same.js';
import { rawScan, syntheticScan } from '../support/synthetic-scan.js';

const scan = syntheticScan();
const members = Int32Array.of(0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 4, 0);
const grouped = groupsFromMembers(rawScan(scan), { members, channels: 4 });

describe('toFamilyDict', () => {
  it('puts pixels and coordinates where consumers of the family look for them', async () => {
    const dict = await grouped.toFamilyDict();
    expect(Object.fromEntries(Object.entries(dict).map(([key, { type, shape }]) => [key, `${type} ${shape}`]))).toEqual({
      diffraction: 'float32 3,8,8,4',
      X_full: 'float32 3,8,8,4',
      nn_indices: 'int32 3,4',
      coords_nn: 'float64 3,1,2,4',
      coords_offsets: 'float64 3,1,2,1',
      coords_relative: 'float64 3,1,2,4',
      Y: 'complex64 3,8,8,4',
      objectGuess: `complex64 ${scan.objectGuess.shape}`,
    });
    for (const [g, p, c] of [
      [0, 0, 0],
      [1, 17, 2],
      [2, 63, 3],
    ] as const) {
      expect(dict.diffraction.data[(g * 64 + p) * 4 + c]).toBe(scan.diffraction[(members[4 * g + c] as number) * 64 + p]);
    }
    expect(dict.coords_nn.data[8 + 4 + 2]).toBe(scan.ycoords[6]);
    for (let i = 0; i < 24; i++) {
      const offset = dict.coords_offsets.data[Math.floor(i / 4)] as number;
      expect(dict.coords_relative.data[i]).toBeCloseTo(offset - (dict.coords_nn.data[i] as number), 12);
    }
  });

  it('normalises the frames to a mean intensity of (N/2)^2', async () => {
    const { X_full, diffraction } = await grouped.toFamilyDict();
    const values = X_full.data as Float32Array;
    expect(values.reduce((sum, value) => sum + value * value, 0) / 12).toBeCloseTo(16, 4);
    expect((values[9] as number) / (values[100] as number)).toBeCloseTo(
      (diffraction.data[9] as number) / (diffraction.data[100] as number),
      5,
    );
  });

  it('gives chosen groups only', async () => {
    const all = await grouped.toFamilyDict();
    const { diffraction, nn_indices, coords_nn } = await grouped.toFamilyDict({ groups: [2] });
    expect(nn_indices.data).toEqual(members.subarray(8));
    expect(diffraction.data).toEqual(all.diffraction.data.slice(2 * 256));
    expect(coords_nn.data).toEqual(all.coords_nn.data.slice(16));
    await expect(grouped.toFamilyDict({ groups: [3] })).rejects.toThrow(/groups in 0 … 2, got 3/);
  });

  it('leaves truth out where there is none, and takes the patches of the file where it has them', async () => {
    const { objectGuess: _, ...rest } = scan;
    const bare = groupsFromMembers(RawData.fromArrays(rest), { members, channels: 4 });
    expect(Object.keys(await bare.toFamilyDict())).not.toContain('Y');
    const truthPatches = {
      patchCount: 12,
      patchSize: 8,
      readPatches: async (indices: ArrayLike<number>, into: Float32Array) => {
        for (let k = 0; k < indices.length; k++) into.fill(indices[k] as number, 128 * k, 128 * (k + 1));
      },
      close: async () => {},
    };
    const { Y } = await groupsFromMembers(RawData.fromArrays({ ...scan, truthPatches }), { members, channels: 4 }).toFamilyDict();
    expect([...(Y?.data ?? [])].slice(0, 8)).toEqual([0, 0, 1, 1, 4, 4, 5, 5]);
  });

  it('gives arrays that can be written as NPY', async () => {
    for (const array of Object.values(await grouped.toFamilyDict())) expect(readNpy(writeNpy(array)).shape).toEqual(array.shape);
  });

  it.skipIf(fixturesDir() === undefined)('agrees with the reference program, given its groups', async () => {
    for (const [file, channels, near] of [
      ['grouping_gs1', 1, [4, 7]],
      ['grouping_gs2', 4, [4, 7]],
    ] as const) {
      const npz = await NpzFile.open(join(fixturesDir() as string, `parity/${file}.npz`));
      const probeGuess = { shape: [8, 8], data: new Float32Array(128) };
      const base = { diffraction: toFloat32(await npz.read('raster_diffraction')), frameSize: 8, probeGuess };
      for (const scanName of ['raster', 'random'].filter((name) => npz.has(`${name}_xcoords`))) {
        const [xcoords, ycoords] = [toFloat64(await npz.read(`${scanName}_xcoords`)), toFloat64(await npz.read(`${scanName}_ycoords`))];
        for (const k of near.map((count) => `${scanName}_K${count}`).filter((name) => npz.has(`${name}_nn_indices`))) {
          const theirs = toInt32(await npz.read(`${k}_nn_indices`));
          const dict = await groupsFromMembers(RawData.fromArrays({ ...base, xcoords, ycoords }), {
            members: theirs,
            channels,
          }).toFamilyDict();
          for (const key of ['coords_nn', 'coords_offsets', 'coords_relative'] as const) {
            const expected = await npz.read(`${k}_${key}`);
            expect(dict[key].shape).toEqual(expected.shape);
            const values = toFloat64(expected);
            expect(values.every((value, i) => Math.abs(value - (dict[key].data[i] as number)) < 1e-12 * 200)).toBe(true);
          }
          if (!npz.has(`${k}_X_full`)) continue;
          const normalised = await npz.read(`${k}_X_full`);
          expect(dict.X_full.shape).toEqual(normalised.shape);
          const largest = toFloat64(normalised).reduce((a, b) => Math.max(a, b));
          expect(toFloat64(normalised).every((value, i) => Math.abs(value - (dict.X_full.data[i] as number)) < 1e-6 * largest)).toBe(true);
          expectSame(dict.nn_indices.data as Int32Array, theirs);
        }
      }
      await npz.close();
    }
  });
});
