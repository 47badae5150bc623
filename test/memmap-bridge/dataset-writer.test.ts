import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkDataset, DatasetWriter, openScan, writeDataset } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { rawScan, syntheticScan } from './support/synthetic-scan.js';
import { temporaryFolder } from './support/temporary-folder.js';

const folder = temporaryFolder();
const scan = syntheticScan();
const pixels = scan.frameSize ** 2;

describe('DatasetWriter', () => {
  it('writes what the contract accepts and the reader gives back', async () => {
    const path = join(folder, 'scan.npz');
    const writer = await DatasetWriter.create(path, { ...scan, metadata: { nphotons: 5 }, xcoordsStart: scan.ycoords });
    for (let k = 0; k < 12; k += 3) await writer.append(scan.diffraction.subarray(k * pixels, (k + 3) * pixels));
    await writer.finish();
    expect(await checkDataset(path, { frames: 'all' })).toEqual([]);
    const raw = await openScan(path);
    expect(raw.conversions).toEqual([]);
    expect(raw.metadata).toEqual({ nphotons: 5 });
    expect(raw.xcoordsStart).toEqual(scan.ycoords);
    const frames = new Float32Array(scan.diffraction.length);
    await raw.frames.readFrames(
      Int32Array.from({ length: 12 }, (_, i) => i),
      frames,
    );
    expect(frames).toEqual(scan.diffraction);
    await raw.close();
  });

  it('says which axis counts the frames where the shapes do not', async () => {
    const cube = syntheticScan({ frameCount: 8, frameSize: 8 });
    const path = join(folder, 'cube.npz');
    const writer = await DatasetWriter.create(path, cube);
    await writer.append(cube.diffraction);
    await writer.finish();
    expect(await checkDataset(path, { frames: 'all' })).toEqual([]);
    const raw = await openScan(path);
    const frame = new Float32Array(64);
    await raw.frames.readFrames([2], frame);
    expect(frame).toEqual(cube.diffraction.subarray(128, 192));
    expect(raw.conversions).toEqual([]);
    await raw.close();
  });

  it('refuses values that no amplitude has, parts of frames, and fields that do not belong together', async () => {
    const path = join(folder, 'refused.npz');
    const writer = await DatasetWriter.create(path, scan);
    await expect(writer.append(new Float32Array(pixels).fill(-1))).rejects.toThrow(/64 pixels that are NaN, infinite or negative/);
    await expect(writer.append(new Float32Array(pixels + 1))).rejects.toThrow(/whole frames/);
    await writer.append(new Float32Array(pixels));
    await expect(writer.finish()).rejects.toThrow(RangeError);
    await expect(DatasetWriter.create(path, { ...scan, xcoords: Float64Array.of(1) })).rejects.toThrow(/xcoords of length 12, got 1/);
    await expect(DatasetWriter.create(path, { ...scan, frameSize: 4 })).rejects.toThrow(/probe of 4 x 4/);
    await expect(DatasetWriter.create(path, { ...scan, frameCount: 0 })).rejects.toThrow(/at least one frame/);
    expect(readdirSync(folder).filter((name) => name.startsWith('refused'))).toEqual([]);
  });
});

describe('writeDataset', () => {
  it('copies a view of a scan, with equal bytes every time', async () => {
    const view = rawScan(scan).subset([7, 1, 2]);
    await writeDataset(join(folder, 'a.npz'), view, { metadata: { view: 'odd' } });
    await writeDataset(join(folder, 'b.npz'), view, { metadata: { view: 'odd' } });
    expect(readFileSync(join(folder, 'a.npz')).equals(readFileSync(join(folder, 'b.npz')))).toBe(true);
    const raw = await openScan(join(folder, 'a.npz'));
    expect(raw.xcoords).toEqual(Float64Array.from([7, 1, 2], (k) => scan.xcoords[k] as number));
    const frame = new Float32Array(pixels);
    await raw.frames.readFrames([0], frame);
    expect(frame).toEqual(scan.diffraction.subarray(7 * pixels, 8 * pixels));
    expect([raw.metadata, raw.objectGuess]).toEqual([{ view: 'odd' }, scan.objectGuess]);
    await raw.close();
  });
});
