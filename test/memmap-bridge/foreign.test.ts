import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectDataset, type OpenScanOptions, openScan, type RawData, readPtychodusProduct } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { dataDir, fixturesDir } from '../support/shared-data.js';
import { allFrames, withScan } from './support/read-scan.js';

interface Expected {
  readonly n: number;
  readonly N: number;
  readonly M: number;
  readonly energy_eV: number;
  readonly distance_m: number;
  readonly detector_pixel_m: number;
  readonly object_pixel_m: number;
  readonly object_center_m: { readonly x: number; readonly y: number };
  readonly position_x_m_first3: readonly number[];
  readonly position_y_m_first3: readonly number[];
  readonly position_x_m_sum: number;
  readonly position_y_m_sum: number;
  readonly object_pixel_of_position0: { readonly x: number; readonly y: number };
  readonly probe_modes: number;
  readonly probe_power: number;
  readonly intensity_sum: number;
  readonly intensity_frame0_sum: number;
  readonly intensity_max: number;
  readonly intensity_argmax_frame0: readonly [number, number];
  readonly sha16_intensity_uint16: string;
  readonly sha16_object_c64: string;
  readonly sha16_probe_c64: string;
  readonly bad_pixels_yx: readonly (readonly [number, number])[];
  readonly loss: readonly number[];
}

const folder = fixturesDir() === undefined ? undefined : join(fixturesDir() as string, 'formats');
const at = (name: string): string => join(folder as string, name);

/** The first 16 digits of the SHA256 of an array's bytes. */
const sha16 = (data: ArrayBufferView): string =>
  createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex')
    .slice(0, 16);

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);

describe.skipIf(folder === undefined)('files written by other programs (need the shared fixtures)', () => {
  const expected = folder === undefined ? ({} as Expected) : (JSON.parse(readFileSync(at('expected.json'), 'utf8')) as Expected);

  it.each<[string, OpenScanOptions]>([
    ['scan.cxi', {}],
    ['sample.ptyd', {}],
    ['data_dp.hdf5', {}],
    ['data_para.hdf5', {}],
    ['product.h5', { diffraction: 'data_dp.hdf5' }],
  ])('%s opens with the frames and positions that were written', async (name, options) => {
    const given = options.diffraction === undefined ? options : { ...options, diffraction: at(options.diffraction) };
    await withScan(openScan(at(name), given), async (raw) => {
      expect([raw.frameCount, raw.frameSize]).toEqual([expected.n, expected.N]);
      await expectFrames(raw, expected);
      expectPositions(raw, expected);
      expect(raw.metadata.pixel_size_m).toBeCloseTo(expected.object_pixel_m, 13);
      if (raw.objectGuess !== undefined) expectObject(raw, expected);
    });
  });

  it.each([['scan.cxi'], ['sample.ptyd']])('%s says energy, distance and pixel', async (name) => {
    await withScan(openScan(at(name)), ({ metadata }) => {
      expect((metadata.energy_eV as number) / expected.energy_eV).toBeCloseTo(1, 6);
      expect((metadata.distance_m as number) / expected.distance_m).toBeCloseTo(1, 6);
      expect((metadata.detector_pixel_m as number) / expected.detector_pixel_m).toBeCloseTo(1, 6);
    });
  });

  it('the bad pixels of the CXI mask are known', async () => {
    await withScan(openScan(at('scan.cxi')), ({ badPixels }) => {
      const bad = [...(badPixels ?? [])].flatMap((value, i) => (value === 1 ? [[Math.floor(i / expected.N), i % expected.N]] : []));
      expect(bad).toEqual(expected.bad_pixels_yx);
    });
  });

  it('the product is read as it was written', async () => {
    const product = await readPtychodusProduct(at('product.h5'));
    expect([product.probeEnergy_eV, product.detectorObjectDistance_m]).toEqual([expected.energy_eV, expected.distance_m]);
    expect([...product.positions.x_m.slice(0, 3)]).toEqual(expected.position_x_m_first3);
    expect([...product.positions.y_m.slice(0, 3)]).toEqual(expected.position_y_m_first3);
    expect(sum(product.positions.x_m)).toBeCloseTo(expected.position_x_m_sum, 18);
    expect(sum(product.positions.y_m)).toBeCloseTo(expected.position_y_m_sum, 18);
    expect([...product.loss.values]).toEqual(expected.loss);
    expect(product.probe.array.shape).toEqual([1, expected.probe_modes, expected.N, expected.N]);
    expect(product.object.array.shape).toEqual([1, expected.M, expected.M]);
    expect({ x: product.object.centerX_m, y: product.object.centerY_m }).toEqual(expected.object_center_m);
  });

  it('the product alone has no frames, and says how to give them', async () => {
    await expect(openScan(at('product.h5'))).rejects.toMatchObject({ code: 'FORMAT_UNSUPPORTED', fix: /--diffraction/ });
  });

  it('a turned sign gives the twin', async () => {
    const [plain, turned] = await Promise.all(
      [{}, { positionSign: -1 } as const].map((hints) => withScan(openScan(at('scan.cxi'), hints), ({ xcoords }) => xcoords)),
    );
    const last = Math.max(...(plain as Float64Array)) + Math.min(...(plain as Float64Array));
    for (const [i, x] of (plain as Float64Array).entries()) expect(turned?.[i]).toBeCloseTo(last - x, 6);
  });

  it.each([
    ['scan.cxi', 'CXI'],
    ['sample.ptyd', 'ptypy ptyd'],
    ['data_dp.hdf5', 'PtychoShelves'],
    ['data_para.hdf5', 'PtychoShelves'],
    ['product.h5', 'ptychodus product'],
  ])('%s is inspected as %s', async (name, format) => {
    const found = await inspectDataset(at(name));
    expect(found.format).toBe(format);
    expect(found.members.length).toBeGreaterThan(0);
    expect(found.members.every(({ unreadable }) => unreadable === undefined)).toBe(true);
    expect(found.scan?.positions).toBe(expected.n);
    expect(found.issues).toHaveLength(format === 'ptychodus product' ? 1 : 0);
    if (found.frames !== undefined) expect(found.frames).toMatchObject({ count: expected.n, size: expected.N, looksLike: 'sqrt(counts)' });
  });
});

async function expectFrames(raw: RawData, expected: Expected): Promise<void> {
  const frames = await allFrames(raw);
  const counts = Uint16Array.from(frames, (value) => Math.round(value ** 2));
  const first = counts.subarray(0, expected.N ** 2);
  expect(sha16(counts)).toBe(expected.sha16_intensity_uint16);
  expect([sum(counts), sum(first), Math.max(...counts)]).toEqual([
    expected.intensity_sum,
    expected.intensity_frame0_sum,
    expected.intensity_max,
  ]);
  const brightest = first.indexOf(Math.max(...first));
  expect([Math.floor(brightest / expected.N), brightest % expected.N]).toEqual(expected.intensity_argmax_frame0);
}

/** Where there is no object, positions are shifted as a whole. */
function expectPositions(raw: RawData, expected: Expected): void {
  const { x, y } = expected.object_pixel_of_position0;
  const [x0, y0] = [raw.xcoords[0] as number, raw.ycoords[0] as number];
  if (raw.objectGuess !== undefined) {
    expect(x0).toBeCloseTo(x, 9);
    expect(y0).toBeCloseTo(y, 9);
  } else {
    expect(Math.min(...raw.xcoords)).toBeCloseTo(expected.N / 2, 9);
    expect(Math.min(...raw.ycoords)).toBeCloseTo(expected.N / 2, 9);
  }
  const { object_pixel_m: pixel, n } = expected;
  for (const k of [1, 2]) {
    const [dx, dy] = [expected.position_x_m_first3, expected.position_y_m_first3].map((m) => ((m[k] as number) - (m[0] as number)) / pixel);
    expect((raw.xcoords[k] as number) - x0).toBeCloseTo(dx as number, 5);
    expect((raw.ycoords[k] as number) - y0).toBeCloseTo(dy as number, 5);
  }
  expect(sum(raw.xcoords) - n * x0).toBeCloseTo((expected.position_x_m_sum - n * (expected.position_x_m_first3[0] as number)) / pixel, 3);
  expect(sum(raw.ycoords) - n * y0).toBeCloseTo((expected.position_y_m_sum - n * (expected.position_y_m_first3[0] as number)) / pixel, 3);
}

function expectObject(raw: RawData, expected: Expected): void {
  expect(sha16((raw.objectGuess as NonNullable<RawData['objectGuess']>).data)).toBe(expected.sha16_object_c64);
  expect(sha16(raw.probeGuess.data)).toBe(expected.sha16_probe_c64);
  expect(raw.probeGuess.data.reduce((power, part) => power + part * part, 0) / expected.probe_power).toBeCloseTo(1, 6);
}

describe.skipIf(dataDir() === undefined)('real scans (need the shared data)', () => {
  const real = (name: string): string => join(dataDir() as string, name);

  it('the near-field CXI opens, and cut to a size of the network', async () => {
    const path = real('PETRAIII_P25_Near_Field_Ptycho.cxi');
    const whole = await withScan(openScan(path), ({ xcoords, metadata }) => ({ xcoords, pixel: metadata.pixel_size_m as number }));
    await withScan(openScan(path, { crop: 64 }), (raw) => {
      expect([raw.frameSize, raw.frameCount]).toEqual([64, whole.xcoords.length]);
      expect(raw.metadata.pixel_size_m).toBeCloseTo((whole.pixel * 100) / 64, 12);
      const step = (xs: Float64Array): number => (xs[5] as number) - (xs[0] as number);
      expect(step(raw.xcoords)).toBeCloseTo(step(whole.xcoords) * 0.64, 6);
    });
  });

  it('the ptypy scan opens with all of its chunks', async () => {
    await withScan(openScan(real('rotavirus_20x20.ptyd')), async (raw) => {
      expect([raw.frameCount, raw.frameSize]).toEqual([400, 64]);
      expect(raw.metadata.pixel_size_m).toBeCloseTo(0.93e-9, 15);
      const frames = await allFrames(raw);
      expect(raw.probeGuess.data.reduce((power, part) => power + part * part, 0)).toBeGreaterThan(0);
      expect(sum(frames.map((value) => value ** 2)) / 400).toBeGreaterThan(8e4);
    });
  });
});
