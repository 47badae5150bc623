import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NpzFile, openScan, productPositionsPx, readPtychodusProduct } from '@ptychokit/memmap-bridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countedScan, cxiDatasets, int32, writeFile } from '../memmap-bridge/support/foreign-files.js';
import { runPython } from '../support/python.js';
import { runInProcess } from '../support/run-cli.js';
import { writeTinyScan } from '../support/tiny-scan.js';

let folder = '';
let scan = '';
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ptychokit-export-'));
  scan = await writeTinyScan(at('scan.npz'), { frames: 9 });
  // A far-field CXI of the simulated scan: counts, and the positions it has in metres.
  await using raw = await openScan(scan);
  const { frameCount: n, frameSize: size } = raw;
  const frames = new Float32Array(n * size ** 2);
  await raw.frames.readFrames(
    Int32Array.from({ length: n }, (_, i) => i),
    frames,
  );
  const base = countedScan([n, 2, 2]);
  const pixel_m = 75e-6;
  const wavelength_m = 1.239841984332e-6 / base.energy_eV;
  const dx = (wavelength_m * base.distance_m) / (size * pixel_m);
  const counted = { ...base, counts: Int32Array.from(frames, (a) => Math.round(a * a)), shape: [n, size, size] as const };
  await writeFile(at('scan.cxi'), {
    datasets: cxiDatasets({ ...counted, x_m: raw.xcoords.map((x) => x * dx), y_m: raw.ycoords.map((y) => y * dx) }),
  });
  await writeFile(at('bare_dp.hdf5'), { datasets: { '/dp': int32(counted.counts, counted.shape) } });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a reader of the layout takes from a product, with h5py alone. */
const SEEN_BY_H5PY = `
import h5py, json, sys
with h5py.File(sys.argv[1]) as f:
    o = f['object']
    px = lambda axis, side, size: ((f['probe_position_%s_m' % axis][()] - o.attrs['center_%s_m' % axis]) / o.attrs['pixel_%s_m' % side] + size / 2).tolist()
    print(json.dumps({
        'object': [str(o.dtype), list(o.shape)],
        'element': [o[0, 3, 5].real.item(), o[0, 3, 5].imag.item()],
        'probe': [str(f['probe'].dtype), list(f['probe'].shape)],
        'indexes': f['probe_position_indexes'][()].tolist(),
        'x_px': px('x', 'width', o.shape[2]),
        'y_px': px('y', 'height', o.shape[1]),
        'loss': f['loss_values'][()].tolist(),
        'spacing': list(f['object_layer_spacing_m'].shape),
        'distance': float(f.attrs['detector_object_distance_m']),
        'energy': float(f.attrs['probe_energy_eV'])}))`;

/** A shape with leading axes of length 1, so that it has `axes` of them. */
const withAxes = (shape: readonly number[], axes: number): number[] => [
  ...new Array<number>(Math.max(0, axes - shape.length)).fill(1),
  ...shape,
];

describe('ptychokit export --ptychodus', () => {
  it('writes the object of a scan, which a reader finds under the same positions', async () => {
    const { code, stdout } = await runInProcess([
      'export',
      '--ptychodus',
      scan,
      at('product.h5'),
      '--object-pixel-m',
      '2e-8',
      '--with-frames',
    ]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/pixel 2e-8 m/)]);
    const product = await readPtychodusProduct(at('product.h5'));
    await using raw = await openScan(scan);
    const { xs, ys } = productPositionsPx(product);
    for (let i = 0; i < raw.frameCount; i++) {
      expect(xs[i]).toBeCloseTo(raw.xcoords[i] as number, 6);
      expect(ys[i]).toBeCloseTo(raw.ycoords[i] as number, 6);
    }
    await using again = await openScan(at('product.h5'));
    expect([again.frameCount, again.frameSize, again.objectGuess]).toEqual([raw.frameCount, raw.frameSize, raw.objectGuess]);
  });

  it('writes a reconstruction under the positions of its scan, for h5wasm and, where Python has it, for h5py', async () => {
    const solved = await runInProcess(['solve', scan, '--epochs', '2', '--output-dir', at('solved'), '--quiet']);
    expect([solved.code, solved.stderr]).toEqual([0, expect.anything()]);
    const exported = await runInProcess(['export', '--ptychodus', at('solved'), at('solved.h5'), '--object-pixel-m', '2e-8']);
    expect([exported.code, exported.stderr]).toEqual([0, expect.anything()]);
    await using npz = await NpzFile.open(at('solved/reconstruction.npz'));
    const [object, probe, origin, residual] = await Promise.all(
      ['object', 'probe', 'origin', 'relative_residual'].map((member) => npz.read(member)),
    );
    await using raw = await openScan(scan);

    const product = await readPtychodusProduct(at('solved.h5'));
    expect(product.object.array.data).toEqual(object?.data);
    expect(product.probe.array.data).toEqual(probe?.data);
    const { xs, ys } = productPositionsPx(product);
    expect(xs[4]).toBeCloseTo((raw.xcoords[4] as number) - Number(origin?.data[0]), 6);
    expect(ys[4]).toBeCloseTo((raw.ycoords[4] as number) - Number(origin?.data[1]), 6);

    const seen = runPython(SEEN_BY_H5PY, { needs: ['h5py'], args: [at('solved.h5')] });
    if (seen === undefined) return;
    const [height = 0, width = 0] = object?.shape ?? [];
    const element = 2 * (3 * width + 5);
    expect(seen).toEqual({
      object: ['complex64', [1, height, width]],
      element: [object?.data[element], object?.data[element + 1]],
      probe: ['complex64', [1, ...withAxes(probe?.shape ?? [], 3)]],
      indexes: [...raw.xcoords.keys()],
      x_px: [...xs].map((x) => expect.closeTo(x, 6)),
      y_px: [...ys].map((y) => expect.closeTo(y, 6)),
      loss: [residual?.data[0]],
      spacing: [0],
      distance: 0,
      energy: 0,
    });
  });

  it('says in a dry run what it would write, and writes nothing', async () => {
    const args = ['export', '--ptychodus', scan, at('planned.h5'), '--object-pixel-m', '2e-8', '--json'];
    const planned = await runInProcess([...args, '--dry-run']);
    expect(planned.code).toBe(0);
    expect(existsSync(at('planned.h5'))).toBe(false);
    expect(await runInProcess(args)).toMatchObject({ code: 0, stdout: planned.stdout });
  });

  it('says what is missing and leaves nothing', async () => {
    const unknown = await runInProcess(['export', '--ptychodus', scan, at('none.h5')]);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringMatching(/--object-pixel-m/)]);
    const bare = await runInProcess(['export', '--ptychodus', at('scan.cxi'), at('none.h5')]);
    expect([bare.code, bare.stderr]).toEqual([2, expect.stringMatching(/carries no object/)]);
    expect(existsSync(at('none.h5'))).toBe(false);
  });
});

describe('scans of other programs on the command line', () => {
  it('fit opens them as it opens NPZ', async () => {
    const { code, stdout } = await runInProcess(['fit', at('scan.cxi'), '--output-dir', at('out'), '--dry-run', '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ frames: 9, frame_size: 64 })]);
  });

  it('prepare says in a dry run what it would change, and leaves no file', async () => {
    const args = ['prepare', at('scan.cxi'), at('planned.npz'), '--crop', '32'];
    const before = await readdir(folder);
    const planned = await runInProcess([...args, '--dry-run']);
    expect(planned).toMatchObject({ code: 0, stdout: expect.stringMatching(/^would write \S+planned\.npz\n {2}- /) });
    expect(await readdir(folder)).toEqual(before);
    expect(await runInProcess(args)).toMatchObject({ code: 0, stdout: planned.stdout.replace('would write ', '') });
  });

  it('prepare makes NPZ of them, cropped and binned', async () => {
    const { code, stdout } = await runInProcess(['prepare', at('scan.cxi'), at('prepared.npz'), '--crop', '32', '--bin', '2']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/32 x 32 of 64 x 64[\s\S]*binned/)]);
    await using raw = await openScan(at('prepared.npz'));
    expect([raw.frameSize, raw.frameCount, raw.metadata.prepared]).toEqual([16, 9, expect.objectContaining({ from: 'scan.cxi' })]);
  });

  it.each([
    [['inspect', 'bare_dp.hdf5'], /another file, which is not there/],
    [['fit', 'bare_dp.hdf5', '--dry-run'], /bare_para\.hdf5/],
    [['fit', 'scan.cxi', '--dry-run', '--crop', '63'], /positive even number/],
    [['inspect', 'scan.cxi', '--beam-centre', '5'], /two numbers/],
    [['prepare', 'scan.cxi', 'x.npz', '--bin', '3'], /even number of bins/],
  ])('%j exits with 2', async (argv, message) => {
    const [command = '', file = '', ...rest] = argv;
    const { code, stdout, stderr } = await runInProcess([command, at(file), ...rest.map((part) => (part === 'x.npz' ? at(part) : part))]);
    expect([code, stdout + stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});
