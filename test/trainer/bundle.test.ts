import '@tensorflow/tfjs-node';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTrainingConfig, Random } from '@ptychokit/config';
import { readHdf5 } from '@ptychokit/memmap-bridge/hdf5';
import { bundleBytes, loadBundle, parseBundle, type TrainedModel, writeBundle } from '@ptychokit/trainer';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildModel, startingValues } from '../../packages/trainer/src/models/definition.js';

const N = 64;

let known: TrainedModel | undefined;
let knownBytes: Uint8Array | undefined;

/** The archive of {@link someModel}, made once: most tests only break it. */
const someBytes = async (): Promise<Uint8Array> => {
  known ??= someModel();
  knownBytes ??= await bundleBytes(known);
  return knownBytes;
};

function someModel(overrides: object = {}): TrainedModel {
  const random = new Random(0, 'bundle');
  const config = parseTrainingConfig({
    trainDataFile: '/somewhere/scan.npz',
    outputDir: '/somewhere/out',
    model: { probeTrainable: true, inputCentring: false, ...overrides },
  });
  const probe = { shape: [N, N], data: Float32Array.from(random.normals(2 * N * N)) };
  const scales = { inputScale: 0.25, countScale: 3, meanCounts: 1000, probeScale: 0.5 };
  const model = buildModel(config, { assertBridged: () => undefined }, { scales, probe, canvasSize: N });
  return { ...model, values: startingValues(model) };
}

const python = ((): string | undefined => {
  for (const command of [process.env.PTYCHOKIT_PYTHON ?? 'python3']) {
    try {
      execFileSync(command, ['-c', 'import h5py'], { stdio: 'ignore' });
      return command;
    } catch {}
  }
  return undefined;
})();

describe('the model archive', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ptychokit-bundle-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('keeps the mean frame of a model that takes it from its input, and refuses a model without it', async () => {
    const model = someModel({ inputCentring: true });
    const meanFrame = Array.from({ length: N * N }, (_, i) => Math.fround(i / 7));
    const loaded = await parseBundle(await bundleBytes({ ...model, scales: { ...model.scales, meanFrame } }));
    expect(loaded.scales.meanFrame).toEqual(meanFrame);
    await expect(parseBundle(await bundleBytes(model))).rejects.toThrow(/mean frame/);
    const stray = { ...someModel(), scales: { ...model.scales, meanFrame } };
    await expect(parseBundle(await bundleBytes(stray))).rejects.toThrow(/mean frame/);
  });

  it('comes back as it was: configuration, scales, probe and every parameter', async () => {
    const model = someModel();
    const written = await writeBundle(model, join(folder, 'wts.h5.zip'));
    const loaded = await loadBundle(folder);
    expect(loaded.scales).toEqual(model.scales);
    expect(loaded.canvasSize).toBe(model.canvasSize);
    expect(loaded.probe).toEqual(model.probe);
    expect([...loaded.values]).toEqual([...model.values]);
    expect(loaded.config).toEqual({ ...model.config, trainDataFile: 'scan.npz', outputDir: '.' });
    expect(written.bytes).toBe((await readFile(written.path)).length);
  });

  it('has the same bytes for the same model, wherever it was trained', async () => {
    const model = someModel();
    const elsewhere = { ...model, config: { ...model.config, outputDir: '/else', trainDataFile: '/else/scan.npz' } };
    expect(Buffer.from(await bundleBytes(elsewhere)).equals(Buffer.from(await bundleBytes(model)))).toBe(true);
  });

  it('has other bytes when a single weight differs', async () => {
    const model = someModel();
    const values = new Map([...model.values].map(([name, array]) => [name, array.slice()]));
    (values.get('encoder/0/conv1/kernel') as Float32Array)[7] = 0.125;
    expect(Buffer.from(await bundleBytes({ ...model, values })).equals(Buffer.from(await bundleBytes(model)))).toBe(false);
  });

  it('holds the flat parameters under their legacy names', async () => {
    const members = unzipSync(await someBytes());
    const params = JSON.parse(new TextDecoder().decode(members['params.json']));
    expect(params).toMatchObject({ N: 64, gridsize: 1, 'probe.trainable': true, 'object.big': true, intensity_scale: 3 });
  });

  it('holds weights as HDF5 with shape, layer and dtype', async () => {
    const members = unzipSync(await someBytes());
    const tree = await readHdf5(members['diffraction_to_obj/weights.h5'] as Uint8Array);
    expect(JSON.stringify(tree)).not.toContain('"probe"');
    const text = JSON.stringify(await readHdf5(members['autoencoder/weights.h5'] as Uint8Array), (_, value) =>
      ArrayBuffer.isView(value) ? [...(value as Float32Array).slice(0, 4)] : value,
    );
    expect(text).toContain('"layer":"encoder/0/conv1"');
    expect(text).toContain('"probe"');
  });

  it.skipIf(python === undefined)('opens in h5py (skipped without a Python that has it)', async () => {
    const model = someModel();
    const members = unzipSync(await bundleBytes(model));
    const path = join(folder, 'weights.h5');
    await writeFile(path, members['autoencoder/weights.h5'] as Uint8Array);
    const script = `import h5py; d = h5py.File(${JSON.stringify(path)})['encoder/0/conv1/kernel']; print(d.shape, d.dtype, d.attrs['shape'].tolist(), float(d[1, 2, 0, 5]))`;
    const kernel = model.values.get('encoder/0/conv1/kernel') as Float32Array;
    const out = execFileSync(python as string, ['-c', script], { encoding: 'utf8' });
    expect(out).toBe(`(3, 3, 1, 32) float32 [3, 3, 1, 32] ${kernel[(1 * 3 + 2) * 32 + 5]}\n`);
  });
});

describe('a hostile or damaged archive', () => {
  const repack = async (change: (members: Record<string, Uint8Array>) => void): Promise<Uint8Array> => {
    const members: Record<string, Uint8Array> = { ...unzipSync(await someBytes()) };
    change(members);
    return zipSync(members, { level: 0 });
  };
  const put = (members: Record<string, Uint8Array>, name: string, bytes: Uint8Array): void => {
    members[name] = bytes;
  };
  const drop = (members: Record<string, Uint8Array>, name: string): void => {
    delete members[name];
  };
  const manifestOf = (members: Record<string, Uint8Array>): Record<string, unknown> =>
    JSON.parse(new TextDecoder().decode(members['manifest.json']));

  const cases: readonly (readonly [string, (members: Record<string, Uint8Array>) => void, RegExp])[] = [
    [
      'a changed member',
      (m) =>
        put(
          m,
          'probe.npy',
          (m['probe.npy'] as Uint8Array).map((byte, i) => (i === 500 ? byte ^ 1 : byte)),
        ),
      /probe\.npy' has the SHA256/,
    ],
    ['a missing member', (m) => drop(m, 'scales.json'), /scales\.json' is missing/],
    ['a member beside the manifest', (m) => put(m, 'run.sh', strToU8('boom')), /not in the manifest/],
    ['a name that leads out of it', (m) => put(m, '../evil', strToU8('x')), /name '\.\.\/evil'/],
    ['an absolute name', (m) => put(m, '/etc/evil', strToU8('x')), /name '\/etc\/evil'/],
    ['no manifest', (m) => drop(m, 'manifest.json'), /no manifest\.json/],
    ['another version', (m) => put(m, 'manifest.json', strToU8(JSON.stringify({ ...manifestOf(m), version: '9.9' }))), /version '9\.9'/],
    ['the archive of a Python program', (m) => put(m, 'manifest.dill', strToU8('pickle')), /Python program.*importWeights/s],
  ];
  it.each(cases)('with %s is refused', async (_, change, message) => {
    await expect(parseBundle(await repack(change))).rejects.toThrow(message);
  });

  it('cut short anywhere is refused', async () => {
    const bytes = await someBytes();
    for (const fraction of [0, 0.1, 0.5, 0.9, 0.999]) {
      await expect(parseBundle(bytes.subarray(0, Math.floor(bytes.length * fraction)))).rejects.toMatchObject({ code: 'BUNDLE' });
    }
  });

  it('that is not there is named', async () => {
    await expect(loadBundle('/nowhere/at/all')).rejects.toThrow(/no model archive\n {2}at: \/nowhere\/at\/all/);
  });

  it('whose weights do not fit its configuration is refused', async () => {
    const other = someModel({ gridsize: 2 });
    const model = someModel();
    const bytes = await bundleBytes({ ...model, config: other.config }).catch((error: unknown) => error);
    const parsed = bytes instanceof Uint8Array ? parseBundle(bytes) : Promise.reject(bytes);
    await expect(parsed).rejects.toThrow();
  });
});
