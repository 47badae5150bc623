import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkDataset,
  DatasetContractError,
  FrameValueError,
  type NpyValue,
  openScan,
  prepareDataset,
  writeNpz,
} from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { dataDir } from '../support/shared-data.js';
import { scanMembers, syntheticScan } from './support/synthetic-scan.js';
import { temporaryFolder } from './support/temporary-folder.js';

const folder = temporaryFolder();
const scan = syntheticScan();
const { diffraction: _, ...members } = scanMembers(scan);
const counts = Uint16Array.from({ length: 12 * 64 }, (_unused, i) => (i * i) % 5000);
const amplitudes = Float32Array.from(counts, (value) => Math.sqrt(value));
const target = join(folder, 'out.npz');

/** Frames of `(n, N, N)` as `(N, N, n)`. */
const last = <T extends Uint16Array | Int32Array>(values: T): T =>
  values.map((_unused, i) => values[(i % 12) * 64 + Math.floor(i / 12)] as number) as T;

async function prepare(
  arrays: Record<string, NpyValue>,
  options: Parameters<typeof prepareDataset>[2] & { packed?: boolean } = {},
): Promise<readonly string[]> {
  const source = join(folder, 'raw.npz');
  await writeNpz(source, { ...members, ...arrays }, { deflate: options.packed ?? false });
  return prepareDataset(source, target, options);
}

async function framesOf(path: string): Promise<Float32Array> {
  const raw = await openScan(path);
  const frames = new Float32Array(raw.frameCount * raw.frameSize ** 2);
  await raw.frames.readFrames(
    Int32Array.from({ length: raw.frameCount }, (_unused, i) => i),
    frames,
  );
  await raw.close();
  return frames;
}

describe('prepareDataset', () => {
  it.each<[string, Record<string, NpyValue>, string[]]>([
    [
      'uint16 counts',
      { diffraction: { type: 'uint16', shape: [12, 8, 8], data: counts } },
      ['diffraction converted from uint16 to float32'],
    ],
    [
      'old names with frames last',
      { diff3d: { type: 'uint16', shape: [8, 8, 12], data: last(counts) } },
      [
        'diff3d (historical name) read as diffraction',
        'diff3d converted from uint16 to float32',
        'diff3d: frame axis moved from last to first',
      ],
    ],
    [
      'int64 counts',
      { diffraction: { type: 'int64', shape: [12, 8, 8], data: BigInt64Array.from(counts, BigInt) } },
      ['diffraction converted from int64 to float32'],
    ],
    [
      'int32 counts with frames last',
      { diffraction: { type: 'int32', shape: [8, 8, 12], data: last(Int32Array.from(counts)) } },
      ['diffraction converted from int32 to float32', 'diffraction: frame axis moved from last to first'],
    ],
  ])('turns %s into amplitudes', async (_unused, arrays, changes) => {
    for (const packed of [false, true]) {
      const expected = [...changes, 'diffraction: counts turned into amplitudes (square root)'];
      expect(await prepare(arrays, { packed })).toEqual(expected);
      expect(await checkDataset(target, { frames: 'all' })).toEqual([]);
      expect(await framesOf(target)).toEqual(amplitudes);
      const raw = await openScan(target);
      expect(raw.metadata).toEqual({ nphotons: 1e6, tool: 'test', prepared: { from: 'raw.npz', changes: expected } });
      expect([raw.conversions, raw.xcoords, raw.probeGuess, raw.objectGuess]).toEqual([
        [],
        scan.xcoords,
        scan.probeGuess,
        scan.objectGuess,
      ]);
      await raw.close();
    }
    expect(readdirSync(folder).sort()).toEqual(['out.npz', 'raw.npz']);
  });

  it('takes floating-point frames for amplitudes unless it is told otherwise', async () => {
    const data = Float64Array.from(counts);
    const arrays: Record<string, NpyValue> = { diffraction: { type: 'float64', shape: [12, 8, 8], data } };
    expect(await prepare(arrays)).toEqual(['diffraction converted from float64 to float32']);
    expect(await framesOf(target)).toEqual(Float32Array.from(counts));
    expect(await prepare(arrays, { values: 'counts' })).toHaveLength(2);
    expect(await framesOf(target)).toEqual(amplitudes);
  });

  it('keeps truth patches, several modes and nominal positions', async () => {
    const patches = Float32Array.from({ length: 2 * 12 * 64 }, (_unused, i) => Math.cos(i));
    const modes = Float32Array.from({ length: 2 * 3 * 64 }, (_unused, i) => Math.sin(i));
    await prepare({
      diffraction: { type: 'uint16', shape: [12, 8, 8], data: counts },
      Y: { type: 'complex128', shape: [12, 8, 8], data: Float64Array.from(patches) },
      probeGuess: { shape: [3, 8, 8], data: modes },
      xcoords_start: scan.ycoords,
    });
    const raw = await openScan(target);
    const into = new Float32Array(patches.length);
    await raw.truthPatches?.readPatches(
      Int32Array.from({ length: 12 }, (_unused, i) => i),
      into,
    );
    expect([into, raw.probeGuess.data, raw.xcoordsStart]).toEqual([patches, modes, scan.ycoords]);
    await raw.close();
  });

  it('refuses what it cannot mend, and leaves nothing behind', async () => {
    await prepare({ diffraction: { type: 'uint16', shape: [12, 8, 8], data: counts } });
    const before = await framesOf(target);
    const negative = Int32Array.from(counts, (value, i) => (i === 700 ? -3 : value));
    await expect(prepare({ diffraction: { type: 'int32', shape: [12, 8, 8], data: negative } })).rejects.toThrow(
      /DatasetContractError|1 pixels that are NaN, infinite or negative/,
    );
    await expect(
      prepare({ diffraction: { type: 'uint16', shape: [12, 8, 8], data: counts }, xcoords: Float64Array.of(1) }),
    ).rejects.toThrow(DatasetContractError);
    await expect(prepareDataset(join(folder, 'none.npz'), target)).rejects.toThrow(/does not exist/);
    await expect(prepareDataset(join(folder, 'raw.npz'), join(folder, 'none', 'out.npz'))).rejects.toThrow(/cannot be written/);
    expect(readdirSync(folder).sort()).toEqual(['out.npz', 'raw.npz']);
    expect(await framesOf(target)).toEqual(before);
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('stopped by hand'));
    const arrays: Record<string, NpyValue> = { diffraction: { type: 'uint16', shape: [12, 8, 8], data: counts } };
    await expect(prepare(arrays, { signal })).rejects.toThrow('stopped by hand');
    await expect(checkDataset(join(folder, 'raw.npz'), { frames: 'all', signal })).resolves.toHaveLength(1);
    await expect(checkDataset(target, { frames: 'all', signal })).rejects.toThrow('stopped by hand');
    expect(readdirSync(folder).sort()).toEqual(['out.npz', 'raw.npz']);
  });

  it('names the frame whose counts are negative beyond the sample', async () => {
    const long = syntheticScan({ frameCount: 100 });
    const data = new Int32Array(100 * 64);
    data[51 * 64 + 3] = -1;
    const error = await prepare({ ...scanMembers(long), diffraction: { type: 'int32', shape: [100, 8, 8], data } }).catch(
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(FrameValueError);
    expect(error).toMatchObject({ frameIndex: 51, badPixels: 1 });
  });

  it.skipIf(!existsSync(dataDir() ?? ''))('makes the real old export open', async () => {
    const changes = await prepareDataset(join(dataDir() as string, 'siemens_star_raw_legacy.npz'), target);
    expect(changes).toEqual([
      'diff3d (historical name) read as diffraction',
      'diff3d converted from uint16 to float32',
      'probeGuess converted from complex128 to complex64',
      'diff3d: frame axis moved from last to first',
      'diffraction: counts turned into amplitudes (square root)',
    ]);
    expect(await checkDataset(target, { frames: 'all' })).toEqual([]);
    const raw = await openScan(target);
    expect([raw.frameCount, raw.frameSize]).toEqual([200, 96]);
    await raw.close();
  });
});
