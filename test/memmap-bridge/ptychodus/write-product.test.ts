import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ComplexArray, Random } from '@ptychokit/config';
import {
  InMemoryFrameSource,
  type PtychodusProduct,
  productOfScan,
  productPositionsPx,
  readPtychodusProduct,
  writePtychodusProduct,
} from '@ptychokit/memmap-bridge';
import { Hdf5File } from '@ptychokit/memmap-bridge/hdf5';
import { describe, expect, it } from 'vitest';
import { hasPython, runPython } from '../../support/python.js';
import { rawScan, syntheticScan } from '../support/synthetic-scan.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();
const random = new Random(3, 'product');
const complex = (...shape: number[]): ComplexArray => ({
  shape,
  data: Float32Array.from({ length: 2 * shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
});
const product: PtychodusProduct = {
  name: 'spokes é',
  comments: 'made by a test',
  detectorObjectDistance_m: 1.5,
  probeEnergy_eV: 8800,
  exposureTime_s: 0.05,
  probePhotonCount: 2e4,
  massAttenuation_m2_kg: 0.25,
  tomographyAngle_deg: -30,
  positions: { indexes: Int32Array.of(4, 0, 7), x_m: Float64Array.of(-1e-6, 2e-7, 3e-7), y_m: Float64Array.of(1e-7, 0, -2e-6) },
  probe: {
    array: complex(2, 1, 8, 8),
    pixelWidth_m: 2e-8,
    pixelHeight_m: 3e-8,
    oprWeights: { shape: [3, 2], data: Float64Array.of(1, 0.1, 1, 0.2, 1, 0.3) },
  },
  object: {
    array: complex(2, 20, 24),
    pixelWidth_m: 2e-8,
    pixelHeight_m: 3e-8,
    centerX_m: 1e-7,
    centerY_m: -2e-7,
    layerSpacing_m: Float64Array.of(5e-6),
  },
  loss: { values: Float64Array.of(10, 5, 2.5), epochs: Int32Array.of(1, 5, 10) },
};
const path = join(folder, 'product.h5');

describe('writePtychodusProduct', () => {
  it('writes what readPtychodusProduct reads, and equal bytes for equal products', async () => {
    await writePtychodusProduct(path, product);
    expect(await readPtychodusProduct(path)).toEqual(product);
    const other = join(folder, 'again.h5');
    await writePtychodusProduct(other, product);
    expect(readFileSync(other).equals(readFileSync(path))).toBe(true);
  });

  it('fills in what a product may leave out', async () => {
    const { positions, probe, object, loss } = product;
    const [flat, single] = [complex(8, 8), complex(20, 24)];
    await writePtychodusProduct(path, {
      detectorObjectDistance_m: 1,
      probeEnergy_eV: 1,
      positions,
      probe: { ...probe, array: flat, oprWeights: undefined },
      object: { ...object, array: single, layerSpacing_m: undefined },
      loss: { values: loss.values },
    });
    const read = await readPtychodusProduct(path);
    expect([read.name, read.comments, read.exposureTime_s]).toEqual(['ptychokit', '', 0]);
    expect(read.probe.array).toEqual({ shape: [1, 1, 8, 8], data: flat.data });
    expect(read.probe.oprWeights).toBeUndefined();
    expect(read.object.array).toEqual({ shape: [1, 20, 24], data: single.data });
    expect([read.object.layerSpacing_m, read.loss.epochs]).toEqual([new Float64Array(0), Int32Array.of(0, 1, 2)]);
    expect(read.probePhotonCount).toBeCloseTo(flat.data.reduce((sum, part) => sum + part * part, 0));
  });

  it('keeps weights that are too many for an attribute', async () => {
    const n = 8000;
    const oprWeights = { shape: [n, 2], data: Float64Array.from({ length: 2 * n }, (_, i) => i) };
    const line = Float64Array.from({ length: n }, (_, i) => i * 1e-8);
    const positions = { indexes: Int32Array.from(line, (_, i) => i), x_m: line, y_m: line };
    await writePtychodusProduct(path, { ...product, positions, probe: { ...product.probe, oprWeights } });
    expect((await readPtychodusProduct(path)).probe.oprWeights).toEqual(oprWeights);
  });

  it('copies frames beside the product, and nothing is left of a copy that fails', async () => {
    const scan = syntheticScan();
    const frames = new InMemoryFrameSource(scan.diffraction, scan);
    await writePtychodusProduct(path, product, { rawData: { ...scan, frames } });
    const file = await Hdf5File.open(path);
    expect(file.keys('/raw_data')).toEqual(['diffraction', 'scan_index', 'xcoords', 'ycoords']);
    expect(file.read('/raw_data/diffraction')).toEqual({ type: 'float32', shape: [12, 8, 8], data: scan.diffraction });
    expect(file.read('/raw_data/xcoords').data).toEqual(scan.xcoords);
    await file.close();
    const before = readdirSync(folder);
    const broken = new InMemoryFrameSource(scan.diffraction.fill(Number.NaN), scan);
    const attempt = writePtychodusProduct(join(folder, 'broken.h5'), product, { rawData: { ...scan, frames: broken } });
    await expect(attempt).rejects.toMatchObject({ code: 'FRAME_VALUES' });
    expect(readdirSync(folder)).toEqual(before);
  });

  it.each<[string, Partial<PtychodusProduct>, RegExp]>([
    ['positions of different length', { positions: { ...product.positions, x_m: new Float64Array(2) } }, /3 positions, got 2/],
    ['a probe of one axis', { probe: { ...product.probe, array: complex(8) } }, /a probe of 2 to 4 axes/],
    ['layers without spacing', { object: { ...product.object, layerSpacing_m: undefined } }, /1 layer spacings/],
    ['epochs that are not one per loss', { loss: { ...product.loss, epochs: Int32Array.of(1) } }, /one epoch per loss/],
  ])('refuses %s', async (_, change, message) => {
    await expect(writePtychodusProduct(join(folder, 'x.h5'), { ...product, ...change })).rejects.toThrow(message);
  });

  it('says that a folder cannot be written', async () => {
    await expect(writePtychodusProduct(join(folder, 'none', 'x.h5'), product)).rejects.toMatchObject({ code: 'DATA_FILE' });
  });

  it.skipIf(!hasPython(['h5py']))('writes what h5py reads (needs Python with h5py)', async () => {
    await writePtychodusProduct(path, product);
    const program = `
import h5py, json, sys
with h5py.File(sys.argv[1]) as f:
    print(json.dumps({
        'attributes': {k: v if isinstance(v, str) else float(v) for k, v in f.attrs.items()},
        'datasets': {k: [str(f[k].dtype), list(f[k].shape)] for k in f},
        'probe': {k: v.tolist() for k, v in f['probe'].attrs.items()},
        'object': {k: float(v) for k, v in f['object'].attrs.items()},
        'element': [f['object'][1, 2, 3].real.item(), f['object'][1, 2, 3].imag.item()],
        'x': f['probe_position_x_m'][()].tolist()}))`;
    const seen = runPython(program, { needs: ['h5py'], args: [path] });
    const at = 2 * ((1 * 20 + 2) * 24 + 3);
    expect(seen).toEqual({
      attributes: {
        name: product.name,
        comments: product.comments,
        detector_object_distance_m: 1.5,
        probe_energy_eV: 8800,
        exposure_time_s: 0.05,
        probe_photon_count: 2e4,
        mass_attenuation_m2_kg: 0.25,
        tomography_angle_deg: -30,
      },
      datasets: {
        probe: ['complex64', [2, 1, 8, 8]],
        object: ['complex64', [2, 20, 24]],
        probe_position_indexes: ['int32', [3]],
        probe_position_x_m: ['float64', [3]],
        probe_position_y_m: ['float64', [3]],
        object_layer_spacing_m: ['float64', [1]],
        loss_values: ['float64', [3]],
        loss_epochs: ['int32', [3]],
        opr_weights: ['float64', [3, 2]],
      },
      probe: {
        pixel_width_m: 2e-8,
        pixel_height_m: 3e-8,
        opr_weights: [
          [1, 0.1],
          [1, 0.2],
          [1, 0.3],
        ],
      },
      object: { center_x_m: 1e-7, center_y_m: -2e-7, pixel_width_m: 2e-8, pixel_height_m: 3e-8 },
      element: [product.object.array.data[at], product.object.array.data[at + 1]],
      x: [...product.positions.x_m],
    });
  });
});

describe('productOfScan', () => {
  it('places every frame where it was, whatever the size and origin of the object', () => {
    const raw = rawScan();
    const scan = { raw, object: complex(31, 40), origin: { x: 3, y: -2 }, probe: raw.probeGuess, objectPixel_m: 2e-8 };
    const made = productOfScan(scan, { detectorObjectDistance_m: 1, probeEnergy_eV: 1, loss: { values: new Float64Array(0) } });
    const { xs, ys } = productPositionsPx(made);
    for (let i = 0; i < raw.frameCount; i++) {
      expect(xs[i]).toBeCloseTo((raw.xcoords[i] as number) - 3, 9);
      expect(ys[i]).toBeCloseTo((raw.ycoords[i] as number) + 2, 9);
    }
  });
});
