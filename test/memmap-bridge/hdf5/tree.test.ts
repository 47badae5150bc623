import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFileError, Hdf5Error, type NpyArray } from '@ptychokit/memmap-bridge';
import { type Hdf5Dataset, Hdf5File, type Hdf5Group, hdf5Bytes, isHdf5Dataset, readHdf5, writeHdf5 } from '@ptychokit/memmap-bridge/hdf5';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fixturesDir } from '../../support/shared-data.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const dataset = (array: NpyArray, attributes: Hdf5Dataset['attributes'] = {}): Hdf5Dataset => ({ array, attributes });
const floats = (...shape: number[]): NpyArray => ({
  type: 'float32',
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i)),
});

const weights: Hdf5Group = {
  attributes: { backend: 'tfjs', epochs: 3, layers: ['conv2d', 'é'], shape: Int32Array.of(3, 4) },
  children: {
    conv: {
      attributes: {},
      children: { kernel: dataset(floats(3, 3, 1, 4), { layer: 'encoder/conv', trainable: 1 }), bias: dataset(floats(4)) },
    },
    probe: dataset({ type: 'complex64', shape: [2, 2], data: Float32Array.of(1, -1, 2, -2, 3, -3, 4, -4) }),
    empty: { attributes: {}, children: {} },
  },
};

/** The tree with the children of every group in another order. */
const reversed = (group: Hdf5Group): Hdf5Group => ({
  attributes: Object.fromEntries(Object.entries(group.attributes ?? {}).reverse()),
  children: Object.fromEntries(
    Object.entries(group.children)
      .reverse()
      .map(([name, child]) => [name, isHdf5Dataset(child) ? child : reversed(child)]),
  ),
});

afterEach(() => vi.useRealTimers());

describe('HDF5 trees', () => {
  it('come back as they were written', async () => {
    expect(await readHdf5(await hdf5Bytes(weights))).toEqual(weights);
  });

  it.each<NpyArray>([
    { type: 'int8', shape: [2], data: Int8Array.of(-1, 2) },
    { type: 'int16', shape: [2], data: Int16Array.of(-1, 2) },
    { type: 'int32', shape: [2], data: Int32Array.of(-1, 2) },
    { type: 'int64', shape: [2], data: BigInt64Array.of(-1n, 2n) },
    { type: 'uint8', shape: [2], data: Uint8Array.of(1, 2) },
    { type: 'uint16', shape: [2], data: Uint16Array.of(1, 2) },
    { type: 'uint32', shape: [2], data: Uint32Array.of(1, 2) },
    { type: 'uint64', shape: [2], data: BigUint64Array.of(1n, 2n) },
    { type: 'float32', shape: [], data: Float32Array.of(1.5) },
    { type: 'float64', shape: [1, 2], data: Float64Array.of(Math.PI, Number.NaN) },
    { type: 'complex128', shape: [1], data: Float64Array.of(1, 2) },
    { type: 'float32', shape: [0, 3], data: new Float32Array(0) },
    { type: 'str', shape: [2], data: ['é', ''] },
  ])('hold $type datasets of shape $shape', async (array) => {
    const { children } = await readHdf5(await hdf5Bytes({ children: { x: { array } } }));
    expect(children.x).toEqual({ array, attributes: {} });
  });

  it('have equal bytes at any time, whatever the order of their children', async () => {
    vi.useFakeTimers({ now: 1_600_000_000_000, toFake: ['Date'] });
    const first = await hdf5Bytes(weights);
    vi.setSystemTime(1_600_000_000_000 + 3 * 3600_000 + 1234);
    const second = await hdf5Bytes(reversed(weights));
    expect(Buffer.from(second).equals(first)).toBe(true);
  });

  it('leave the clock as it was, also after a failure', async () => {
    const { now } = Date;
    await hdf5Bytes(weights);
    await expect(hdf5Bytes({ children: { 'a/b': { children: {} } } })).rejects.toThrow(Hdf5Error);
    expect(Date.now).toBe(now);
    expect(Date.now()).toBeGreaterThan(1e12);
  });

  it.each<[string, Hdf5Group, RegExp]>([
    ['a name with a slash', { children: { 'a/b': { children: {} } } }, /name without '\/', got 'a\/b'/],
    [
      'a shape that does not fit',
      { children: { x: dataset({ type: 'float32', shape: [3], data: Float32Array.of(1) }) } },
      /expected 3 elements .* got 1/,
    ],
    ['a type that is not written', { children: { x: dataset({ type: 'float16', shape: [1], data: Float32Array.of(1) }) } }, /got float16/],
  ])('refuse %s', async (_, tree, message) => {
    await expect(hdf5Bytes(tree)).rejects.toThrow(Hdf5Error);
    await expect(hdf5Bytes(tree)).rejects.toThrow(message);
  });

  it('are written to a file in one step', async () => {
    const path = join(folder, 'weights.h5');
    await writeHdf5(path, weights);
    expect(await readHdf5(path)).toEqual(weights);
    expect(readFileSync(path).equals(await hdf5Bytes(weights))).toBe(true);
    await expect(writeHdf5(join(folder, 'none', 'weights.h5'), weights)).rejects.toThrow(DataFileError);
    expect(readdirSync(folder)).toEqual(['weights.h5']);
  });

  it('leave no temporary files and print nothing', async () => {
    const output = vi.spyOn(process.stderr, 'write');
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('ptychokit-hdf5-')).length;
    await readHdf5(await hdf5Bytes(weights));
    await expect(readHdf5(new Uint8Array(50))).rejects.toThrow(Hdf5Error);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('ptychokit-hdf5-')).length).toBeLessThanOrEqual(before);
    expect(output).not.toHaveBeenCalled();
    output.mockRestore();
  });

  it('that are damaged are refused with a typed error, and reading goes on afterwards', async () => {
    const bytes = await hdf5Bytes(weights);
    for (const length of [0, 7, 8, 50, 300, bytes.length >> 1, bytes.length - 1]) {
      await expect(readHdf5(bytes.subarray(0, length))).rejects.toThrow(Hdf5Error);
    }
    for (let at = 0; at < bytes.length; at += 97) {
      const damaged = Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 0xff : byte));
      const result = await readHdf5(damaged).catch((error) => error);
      if (result instanceof Error) expect(result).toBeInstanceOf(Hdf5Error);
    }
    expect(await readHdf5(bytes)).toEqual(weights);
  });
});

describe('Hdf5File', () => {
  const path = join(folder, 'rows.h5');

  it('reads rows, descriptions and attributes without the rest', async () => {
    await writeHdf5(path, {
      children: {
        g: {
          children: {
            frames: dataset(floats(10, 2, 3), { unit: 'counts' }),
            names: dataset({ type: 'str', shape: [3], data: ['a', 'b', 'c'] }),
          },
        },
      },
    });
    const file = await Hdf5File.open(path);
    expect([file.kind('/'), file.kind('/g'), file.kind('/g/frames'), file.kind('/h')]).toEqual(['group', 'group', 'dataset', undefined]);
    expect(file.keys('/g')).toEqual(['frames', 'names']);
    expect(file.describe('/g/frames')).toEqual({ shape: [10, 2, 3], type: 'float32', itemSize: 4 });
    expect(file.attributes('/g/frames')).toEqual({ unit: 'counts' });
    expect(file.read('/g/frames', { start: 4, count: 2 })).toEqual({
      type: 'float32',
      shape: [2, 2, 3],
      data: (floats(10, 2, 3).data as Float32Array).slice(24, 36),
    });
    expect(file.read('/g/names', { start: 1, count: 2 }).data).toEqual(['b', 'c']);
    expect(() => file.read('/g/frames', { start: 9, count: 2 })).toThrow(RangeError);
    expect(() => file.read('/g')).toThrow(/no dataset at this path[\s\S]*rows.h5#\/g/);
    expect(() => file.keys('/g/frames')).toThrow(Hdf5Error);
    await file.close();
    await file.close();
    expect(() => file.keys('/')).toThrow(/closed/);
  });

  it('says which file is missing', async () => {
    await expect(Hdf5File.open(join(folder, 'none.h5'))).rejects.toThrow(/does not exist/);
    writeFileSync(join(folder, 'text.h5'), 'text');
    await expect(Hdf5File.open(join(folder, 'text.h5'))).rejects.toThrow(/HDF5: file signature not found[\s\S]*text.h5/);
  });

  it.skipIf(fixturesDir() === undefined)('reads what h5py writes: complex numbers, big arrays, texts', async () => {
    const product = await readHdf5(join(fixturesDir() as string, 'formats/product.h5'));
    expect(product.attributes).toMatchObject({ name: 'public', probe_energy_eV: 8800 });
    expect((product.children.probe as Hdf5Dataset).array.type).toBe('complex64');
    expect((product.children.probe_position_x_m as Hdf5Dataset).array.type).toBe('float64');
    for (const name of ['data_dp.hdf5', 'data_para.hdf5', 'sample.ptyd', 'scan.cxi']) {
      const path = join(fixturesDir() as string, 'formats', name);
      expect(existsSync(path)).toBe(true);
      expect(Object.keys((await readHdf5(path)).children).length).toBeGreaterThan(0);
    }
  });
});
