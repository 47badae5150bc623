import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openScan } from '@ptychokit/memmap-bridge';
import { digestFile, type RunRecord } from '@ptychokit/study';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CountedScan,
  cxiDatasets,
  float64,
  int32,
  objectPixelOf,
  ptydChunk,
  ptydMeta,
  writeFile,
} from '../memmap-bridge/support/foreign-files.js';
import { allFrames } from '../memmap-bridge/support/read-scan.js';
import { runInProcess } from '../support/run-cli.js';
import { writeTinyScan } from '../support/tiny-scan.js';

let dir = '';
let scan: CountedScan;
const GEOMETRY = { energy_eV: 8800, distance_m: 1.5, pixel_m: 75e-6 };
const ENERGY = '/entry_1/instrument_1/source_1/energy';

/** The scan of a simulation as other programs keep it: counts, and positions in metres. */
async function simulatedCounts(): Promise<CountedScan> {
  await using raw = await openScan(await writeTinyScan(join(dir, 'scan.npz'), { frames: 12 }));
  const pixel = objectPixelOf(GEOMETRY, raw.frameSize);
  const counts = Int32Array.from(await allFrames(raw), (amplitude) => Math.round(amplitude ** 2));
  const metres = (coordinates: Float64Array): Float64Array => coordinates.map((px) => px * pixel);
  const shape = [raw.frameCount, raw.frameSize, raw.frameSize] as const;
  return { ...GEOMETRY, counts, shape, x_m: metres(raw.xcoords), y_m: metres(raw.ycoords) };
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ptychokit-foreign-fit-'));
  scan = await simulatedCounts();
}, 120_000);
afterAll(() => rm(dir, { recursive: true }));

/** Runs `ptychokit fit` and returns its record. */
async function fitFile(file: string, ...flags: string[]): Promise<RunRecord> {
  const out = join(dir, `${file}-out`);
  const args = ['fit', join(dir, file), '--output-dir', out, '--max-epochs', '1', '--batch-size', '6', ...flags];
  expect(await runInProcess(args)).toMatchObject({ code: 0 });
  return JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as RunRecord;
}

const digestOf = (file: string): ReturnType<typeof digestFile> => digestFile(join(dir, file));

describe('ptychokit fit of scans of other programs', { timeout: 240_000 }, () => {
  it('trains on a CXI file and records the hint it needed', async () => {
    const { [ENERGY]: _, ...datasets } = cxiDatasets(scan);
    await writeFile(join(dir, 'scan.cxi'), { datasets });
    const record = await fitFile('scan.cxi', '--energy-ev', '8800');
    expect(record.data).toEqual([{ role: 'train', name: 'scan.cxi', hints: { energy_eV: 8800 }, ...(await digestOf('scan.cxi')) }]);
    expect(record.history?.epochs_completed).toBe(1);
    expect(record.relative_residual).toBeLessThan(1);
    expect(record.conversions.join()).toMatch(/counts turned into amplitudes.*metres turned into object pixels/);
  });

  it('trains on a .ptyd file, which needs no hint', async () => {
    const [frames] = scan.shape;
    const all = Array.from({ length: frames }, (_, i) => i);
    await writeFile(join(dir, 'scan.ptyd'), { datasets: { ...ptydMeta(scan), ...ptydChunk(scan, '/chunks/0', all) } });
    const record = await fitFile('scan.ptyd');
    expect(record.data).toEqual([{ role: 'train', name: 'scan.ptyd', ...(await digestOf('scan.ptyd')) }]);
    expect(record.relative_residual).toBeLessThan(1);
  });

  it('trains on a PtychoShelves pair and records both files and all hints', async () => {
    await writeFile(join(dir, 'scan_dp.hdf5'), { datasets: { '/dp': int32(scan.counts, scan.shape) } });
    await writeFile(join(dir, 'scan_para.hdf5'), { datasets: { '/ppX': float64(scan.x_m), '/ppY': float64(scan.y_m) } });
    const record = await fitFile('scan_dp.hdf5', '--energy-ev', '8800', '--distance-m', '1.5', '--detector-pixel-m', '75e-6');
    const hints = { energy_eV: 8800, distance_m: 1.5, detector_pixel_m: 75e-6 };
    expect(record.data).toEqual([
      { role: 'train', name: 'scan_dp.hdf5', hints, ...(await digestOf('scan_dp.hdf5')) },
      { role: 'train', name: 'scan_para.hdf5', ...(await digestOf('scan_para.hdf5')) },
    ]);
    expect(record.relative_residual).toBeLessThan(1);
  });
});
