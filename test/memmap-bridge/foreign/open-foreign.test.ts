import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isPtychoError, Random } from '@ptychokit/config';
import { inspectDataset, openScan, writePtychodusProduct } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import {
  countedScan,
  cxiDatasets,
  type FileContent,
  float64,
  int32,
  objectPixelOf,
  ptydChunk,
  ptydMeta,
  writeFile,
} from '../support/foreign-files.js';
import { allFrames, withScan } from '../support/read-scan.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const scan = countedScan();
const all = Array.from({ length: 12 }, (_, i) => i);
const DETECTOR = '/entry_1/instrument_1/detector_1';
const SOURCE = '/entry_1/instrument_1/source_1';
const geometry = { energy_eV: scan.energy_eV, distance_m: scan.distance_m, detectorPixel_m: scan.pixel_m };

let files = 0;
async function file(content: FileContent, name = 'scan.h5'): Promise<string> {
  const path = join(folder, `${files++}_${name}`);
  await writeFile(path, content);
  return path;
}

const without = (datasets: FileContent['datasets'], ...names: string[]): FileContent['datasets'] =>
  Object.fromEntries(Object.entries(datasets).filter(([name]) => !names.includes(name)));

describe('CXI', () => {
  const datasets = cxiDatasets(scan);

  it('is read with positions along columns and rows', async () => {
    const pixel = objectPixelOf(scan, 8);
    await withScan(openScan(await file({ datasets })), ({ xcoords, ycoords }) => {
      for (const i of all.slice(1)) {
        expect((xcoords[i] as number) - (xcoords[0] as number)).toBeCloseTo(((scan.x_m[i] as number) - (scan.x_m[0] as number)) / pixel, 6);
        expect((ycoords[i] as number) - (ycoords[0] as number)).toBeCloseTo(((scan.y_m[i] as number) - (scan.y_m[0] as number)) / pixel, 6);
      }
    });
  });

  it('follows other basis vectors, in either shape', async () => {
    const p = scan.pixel_m; // rows along +y, columns along -x: rows count the other way
    const turned = await file({ datasets: { ...datasets, [`${DETECTOR}/basis_vectors`]: float64([0, p, 0, -p, 0, 0], [2, 3]) } });
    const usual = await withScan(openScan(await file({ datasets })), ({ xcoords, ycoords }) => ({ xcoords, ycoords }));
    await withScan(openScan(turned), ({ xcoords, ycoords }) => {
      expect((xcoords[3] as number) - (xcoords[0] as number)).toBeCloseTo((usual.xcoords[3] as number) - (usual.xcoords[0] as number), 9);
      expect((ycoords[3] as number) - (ycoords[0] as number)).toBeCloseTo((usual.ycoords[0] as number) - (usual.ycoords[3] as number), 9);
    });
  });

  it('takes the one pixel size there is, data through soft links, and the distance of the corner', async () => {
    const moved = {
      ...without(datasets, `${DETECTOR}/x_pixel_size`, `${DETECTOR}/distance`),
      [`${DETECTOR}/corner_position`]: float64([0, 0, 1.5]),
    };
    const softLinks = {
      '/entry_1/data_1/data': `${DETECTOR}/data`,
      '/entry_1/data_1/translation': '/entry_1/sample_1/geometry_1/translation',
    };
    await withScan(openScan(await file({ datasets: moved, softLinks })), async (raw) => {
      expect(raw.metadata.pixel_size_m).toBeCloseTo(objectPixelOf(scan, 8), 15);
      expect(await allFrames(raw)).toEqual(Float32Array.from(scan.counts, Math.sqrt));
    });
  });

  it('names everything that is missing at once, and takes it from the caller', async () => {
    const path = await file({
      datasets: without(
        datasets,
        `${SOURCE}/energy`,
        `${DETECTOR}/distance`,
        `${DETECTOR}/x_pixel_size`,
        `${DETECTOR}/y_pixel_size`,
        `${DETECTOR}/basis_vectors`,
      ),
    });
    await expect(openScan(path)).rejects.toMatchObject({
      code: 'HINTS_MISSING',
      missing: ['energy_eV', 'distance_m', 'detectorPixel_m'],
      fix: /--energy-ev.*--distance-m.*--detector-pixel-m/,
    });
    await withScan(openScan(path, geometry), ({ metadata }) => expect(metadata.pixel_size_m).toBeCloseTo(objectPixelOf(scan, 8), 15));
    await withScan(openScan(path, { objectPixel_m: 3e-8 }), ({ metadata }) => expect(metadata.pixel_size_m).toBe(3e-8));
    expect((await inspectDataset(path)).issues).toMatchObject([{ got: /energy_eV, distance_m, detectorPixel_m/ }]);
  });

  it('reads masked, negative and NaN pixels as 0, and takes dark frame and efficiency into account', async () => {
    const counts = Float64Array.from(scan.counts, (value) => value + 1);
    counts[70] = -3;
    counts[71] = Number.NaN;
    const mask = new Int32Array(64);
    mask[9] = 4;
    mask[10] = 0x1000;
    const path = await file({
      datasets: {
        ...datasets,
        [`${DETECTOR}/data`]: float64(counts, scan.shape),
        [`${DETECTOR}/mask`]: int32(mask, [8, 8]),
        [`${DETECTOR}/data_dark`]: float64(
          new Float64Array(128).map((_, i) => (i < 64 ? 0 : 2)),
          [2, 8, 8],
        ),
        [`${DETECTOR}/qe_mask`]: float64(new Float64Array(64).fill(0.5), [8, 8]),
      },
    });
    await withScan(openScan(path), async (raw) => {
      const frames = await allFrames(raw);
      expect([frames[70], frames[71], frames[64 + 9]]).toEqual([0, 0, 0]);
      expect(frames[10]).toBeCloseTo(Math.sqrt((scan.counts[10] as number) / 0.5), 4);
      expect([...(raw.badPixels ?? [])].flatMap((bad, i) => (bad === 1 ? [i] : []))).toEqual([9]);
      expect(raw.conversions.join()).toMatch(/1 bad pixel of the mask/);
    });
  });

  it('keeps the middle of a detector that is not square, on request only', async () => {
    const wide = countedScan([5, 9, 12]);
    const path = await file({ datasets: cxiDatasets(wide) });
    await expect(openScan(path)).rejects.toMatchObject({ code: 'FRAME_SIZE', size: [9, 12], fix: /--crop 8/ });
    await withScan(openScan(path, { crop: 4 }), async (raw) => {
      const frames = await allFrames(raw);
      expect(frames[0]).toBe(Math.fround(Math.sqrt(wide.counts[2 * 12 + 4] as number)));
      expect(frames[16 + 5]).toBe(Math.fround(Math.sqrt(wide.counts[(9 + 3) * 12 + 5] as number)));
      expect(raw.metadata.pixel_size_m).toBeCloseTo(objectPixelOf(wide, 4), 15);
    });
    await withScan(openScan(path, { crop: 4, beamCentre_px: { row: 2, column: 2 } }), async (raw) =>
      expect((await allFrames(raw))[0]).toBe(Math.fround(Math.sqrt(wide.counts[0] as number))),
    );
  });
});

describe('ptypy files', () => {
  const meta = ptydMeta(scan);

  it('have chunks here and in part files beside them, wherever the link points', async () => {
    const part = join(folder, 'sample.ptyd.part001');
    await writeFile(part, { datasets: ptydChunk(scan, '/chunk', all.slice(7)) });
    for (const target of [basename(part), `/nowhere/${basename(part)}`]) {
      const path = await file({
        datasets: { ...meta, ...ptydChunk(scan, '/chunks/0', all.slice(0, 7)) },
        externalLinks: { '/chunks/1': { file: target, path: '/chunk' } },
      });
      await withScan(openScan(path), async (raw) => expect(await allFrames(raw)).toEqual(Float32Array.from(scan.counts, Math.sqrt)));
    }
    const lost = await file({
      datasets: { ...meta, ...ptydChunk(scan, '/chunks/0', all) },
      externalLinks: { '/chunks/1': { file: 'gone.part001', path: '/' } },
    });
    await expect(openScan(lost)).rejects.toMatchObject({ code: 'DATA_FILE', message: /gone\.part001/ });
    expect((await inspectDataset(lost)).members.find(({ name }) => name === '/chunks/1')?.unreadable).toMatch(/gone\.part001/);
  });

  it('have weights of each frame', async () => {
    const weights = new Float64Array(12 * 64).fill(1);
    weights[64 + 5] = 0;
    const path = await file({
      datasets: { ...meta, ...ptydChunk(scan, '/chunks/0', all), '/chunks/0/weights': float64(weights, [12, 8, 8]) },
    });
    await withScan(openScan(path), async (raw) => {
      const expected = Float32Array.from(scan.counts, Math.sqrt);
      expected[64 + 5] = 0;
      expect(await allFrames(raw)).toEqual(expected);
    });
  });

  it('are never unpickled, and not read where the beam is off the middle', async () => {
    const datasets = { ...meta, ...ptydChunk(scan, '/chunks/0', all) };
    const pickled = await file({ datasets, attributes: { '/chunks/0/positions': { type: 'pickle' } } });
    await expect(openScan(pickled)).rejects.toMatchObject({ code: 'NPY_PICKLED' });
    const off = await file({ datasets: { ...datasets, '/meta/center': float64([3, 4]) } });
    await expect(openScan(off)).rejects.toMatchObject({ code: 'FRAME_SIZE', fix: /--crop 6/ });
  });
});

describe('PtychoShelves pairs', () => {
  it('are found from either file, and need their geometry', async () => {
    const [frames, para] = [join(folder, 'roi0_dp.hdf5'), join(folder, 'roi0_para.hdf5')];
    await writeFile(frames, { datasets: { '/dp': int32(scan.counts, scan.shape) } });
    await expect(openScan(frames)).rejects.toMatchObject({ code: 'DATA_FILE', fix: /roi0_para\.hdf5/ });
    await writeFile(para, { datasets: { '/ppX': float64(scan.x_m, [1, 12]), '/ppY': float64(scan.y_m, [12, 1]) } });
    await expect(openScan(frames)).rejects.toMatchObject({ code: 'HINTS_MISSING' });
    for (const path of [frames, para])
      await withScan(openScan(path, geometry), async (raw) => {
        expect(await allFrames(raw)).toEqual(Float32Array.from(scan.counts, Math.sqrt));
        expect(raw.metadata.pixel_size_m).toBeCloseTo(objectPixelOf(scan, 8), 15);
        const power = raw.probeGuess.data.reduce((sum, part) => sum + part * part, 0);
        expect(power / (scan.counts.reduce((a, b) => a + b, 0) / 12)).toBeCloseTo(1, 5);
      });
  });
});

describe('ptychodus products', () => {
  it('match frames by index, from a file of patterns', async () => {
    const path = join(folder, 'product.h5');
    const complex = (...shape: number[]) => ({ shape, data: new Float32Array(2 * shape.reduce((a, b) => a * b, 1)).fill(0.5) });
    const pixel = { pixelWidth_m: 2e-7, pixelHeight_m: 2e-7 };
    const indexes = Int32Array.of(9, 2, 40);
    await writePtychodusProduct(path, {
      detectorObjectDistance_m: 1,
      probeEnergy_eV: 1,
      positions: { indexes, x_m: Float64Array.of(0, 1e-7, 2e-7), y_m: new Float64Array(3) },
      probe: { array: complex(2, 2, 8, 8), ...pixel },
      object: { array: complex(2, 20, 30), ...pixel, centerX_m: 0, centerY_m: 0, layerSpacing_m: Float64Array.of(1) },
      loss: { values: new Float64Array(0) },
    });
    const patterns = await file({
      datasets: {
        '/patterns': int32(scan.counts, scan.shape),
        '/indexes': int32(all.map((i) => 11 - i)),
        '/bad_pixels': int32([1, ...new Array(63).fill(0)], [8, 8]),
      },
    });
    await withScan(openScan(path, { diffraction: patterns }), async (raw) => {
      expect([...raw.xcoords]).toEqual([15, 15.5].map((x) => expect.closeTo(x, 9)));
      const frames = await allFrames(raw);
      expect(frames[1]).toBe(Math.fround(Math.sqrt(scan.counts[2 * 64 + 1] as number)));
      expect([frames[0], frames[64]]).toEqual([0, 0]);
      expect([raw.probeGuess.shape, raw.objectGuess?.shape]).toEqual([
        [2, 8, 8],
        [20, 30],
      ]);
      expect(raw.objectGuess?.data.slice(0, 2)).toEqual(Float32Array.of(0, 0.5)); // (0.5 + 0.5i)^2
      expect(raw.conversions.join()).toMatch(/1 positions left out.*10 frames left out.*first of 2 OPR modes.*product of 2 layers/);
    });
  });
});

describe('damaged HDF5 scans', () => {
  it('are refused with typed errors wherever they are cut or changed', async () => {
    const good = readFileSync(await file({ datasets: cxiDatasets(scan) }));
    const random = new Random(5, 'damage');
    for (let round = 0; round < 60; round++) {
      const path = join(folder, `damaged-${round}.cxi`);
      const bytes = Buffer.from(round % 2 === 0 ? good.subarray(0, Math.floor(random.uniform() * good.length)) : good);
      for (let k = 0; k < 8 && bytes.length > 0; k++)
        bytes[Math.floor(random.uniform() * bytes.length)] = Math.floor(256 * random.uniform());
      writeFileSync(path, bytes);
      const error = await withScan(openScan(path), allFrames).catch((thrown: unknown) => thrown);
      if (error instanceof Error) expect([isPtychoError(error), String(error)]).toEqual([true, String(error)]);
      const found = await inspectDataset(path);
      expect(found.bytes).toBe(bytes.length);
    }
  });

  it('are refused where sizes lie or shapes do not fit', async () => {
    const datasets = cxiDatasets(scan);
    const shapes: [string, FileContent['datasets'][string], RegExp][] = [
      [`${DETECTOR}/data`, int32(scan.counts, [12, 64]), /where \(n, H, W\) is read/],
      [`${DETECTOR}/data`, { type: 'str', shape: [1], data: ['x'] }, /Frames of type str/],
      ['/entry_1/sample_1/geometry_1/translation', float64([1, 2, 3], [1, 3]), /3 numbers for 12 translations/],
      [`${DETECTOR}/mask`, int32([1, 2], [1, 2]), /shape \(1, 2\) for frames of 8 x 8/],
      [`${DETECTOR}/basis_vectors`, float64([0, 0]), /basis vectors/],
    ];
    for (const [name, array, message] of shapes)
      await expect(openScan(await file({ datasets: { ...datasets, [name]: array } }))).rejects.toMatchObject({ code: 'HDF5', message });
    copyFileSync(await file({ datasets }), join(folder, 'copy.bin'));
    await withScan(openScan(join(folder, 'copy.bin')), (raw) => expect(raw.metadata.format).toBe('CXI'));
  });
});
