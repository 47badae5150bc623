import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadExecutionConfig, type TrainingConfig } from '@ptychokit/config';
import { type DatasetBridge, memmapBridgeFactory, NpzFile, writeNpz } from '@ptychokit/memmap-bridge';
import {
  configForScan,
  digestFile,
  type FitScanResult,
  fitScan,
  inferScan,
  planFit,
  planInfer,
  type RunEvent,
  type RunRecord,
} from '@ptychokit/study';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInProcess } from '../support/run-cli.js';
import { writeTinyScan } from '../support/tiny-scan.js';

// A run of one epoch takes seconds, but much longer on a machine that is busy with something else.
const BUSY_MS = 240_000;

let dir = '';
let scan = '';
const execution = loadExecutionConfig();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ptychokit-fit-'));
  scan = await writeTinyScan(join(dir, 'scan.npz'));
});
afterAll(() => rm(dir, { recursive: true }));

const configFor = (name: string, overrides: Record<string, unknown> = {}): Promise<TrainingConfig> =>
  configForScan(scan, { overrides: { outputDir: join(dir, name), nepochs: 1, batchSize: 8, ...overrides } });

const readRecord = async (path: string): Promise<RunRecord> => JSON.parse(await readFile(path, 'utf8')) as RunRecord;

describe('fitScan', { timeout: BUSY_MS }, () => {
  const events: RunEvent[] = [];
  const bridges: { path: string; config: TrainingConfig; bridge: DatasetBridge }[] = [];
  let config: TrainingConfig;
  let result: FitScanResult;

  beforeAll(async () => {
    config = await configFor('fit');
    result = await fitScan(
      { config, execution },
      {
        onEvent: (event) => events.push(event),
        bridgeFactory: (path, given) => {
          const bridge = memmapBridgeFactory(path, given);
          bridges.push({ path, config: given, bridge });
          return bridge;
        },
      },
    );
  }, BUSY_MS);

  it('opens the scan once, through the bridge it was given, with the very configuration of the run', () => {
    expect(bridges).toHaveLength(1);
    expect(bridges[0]?.path).toBe(scan);
    expect(bridges[0]?.config).toBe(config);
  });

  it('closes the bridge at the end', async () => {
    await expect(bridges[0]?.bridge.rawData()).rejects.toMatchObject({ code: 'SOURCE_CLOSED' });
  });

  it('writes model, object, figures, logs, checkpoints and the record, and nothing else', async () => {
    expect((await readdir(join(dir, 'fit'))).sort()).toEqual(
      ['amplitude.png', 'checkpoints', 'loss.png', 'phase.png', 'reconstruction.npz', 'run.json', 'training_logs', 'wts.h5.zip'].sort(),
    );
    expect(await readdir(join(dir, 'fit', 'training_logs', 'version_0'))).toEqual(['metrics.csv']);
  });

  it('records digests that the files have', async () => {
    const record = await readRecord(result.files.record);
    const names = Object.keys(record.artifacts);
    expect(names).toEqual(
      expect.arrayContaining([
        'wts.h5.zip',
        'reconstruction.npz',
        'loss.png',
        'training_logs/version_0/metrics.csv',
        'checkpoints/last.npz',
      ]),
    );
    for (const name of names) expect(await digestFile(join(dir, 'fit', name))).toEqual(record.artifacts[name]);
    expect(record.artifacts['wts.h5.zip']?.sha256).toBe(result.bundle.sha256);
    expect(record.data).toEqual([{ role: 'train', name: 'scan.npz', ...(await digestFile(scan)) }]);
  });

  it('records what ran, on what, and how it went', async () => {
    const record = await readRecord(result.files.record);
    expect(record).toMatchObject({
      schema_version: 1,
      command: 'fit',
      config: JSON.parse(JSON.stringify(config)),
      seeds: { seed: 42, subsample_seed: null },
      engine: { backend: 'tensorflow' },
      history: { epochs_completed: 1, best_epoch: 1, end: 'completed' },
      relative_residual: result.reconstruction.relativeResidual,
    });
    expect(Object.keys(record.timings_s)).toEqual(['open', 'engine', 'train', 'bundle', 'reconstruct', 'figures', 'digests']);
    expect(record.engine.threads).toBeGreaterThan(0);
  });

  it('stores the object as it returns it', async () => {
    const file = await NpzFile.open(result.files.reconstruction);
    try {
      const object = await file.read('object');
      expect(object.type).toBe('complex64');
      expect(object.shape).toEqual(result.reconstruction.object.shape);
      expect(Buffer.from((object.data as Float32Array).buffer).equals(Buffer.from(result.reconstruction.object.data.buffer))).toBe(true);
      expect((await file.read('origin')).data).toEqual(Float64Array.of(result.reconstruction.origin.x, result.reconstruction.origin.y));
    } finally {
      await file.close();
    }
  });

  it('reports training, then the reconstruction', () => {
    const kinds = events.map((event) => (event.type === 'train' ? event.event.type : event.type));
    expect(kinds[0]).toBe('start');
    expect(kinds).toContain('epoch');
    expect(kinds.at(-1)).toBe('count');
  });

  it('gives the same object from the stored model alone, bit for bit', async () => {
    const places = { modelPath: join(dir, 'fit'), testDataFile: scan, outputDir: join(dir, 'infer') };
    const inferred = await inferScan({ config: { overrides: places }, execution });
    expect(Buffer.from(inferred.reconstruction.object.data.buffer).equals(Buffer.from(result.reconstruction.object.data.buffer))).toBe(
      true,
    );
    expect((await digestFile(inferred.files.reconstruction)).sha256).toBe((await digestFile(result.files.reconstruction)).sha256);
    expect(inferred.record).toMatchObject({ command: 'infer', history: null });
    expect(inferred.record.data.map(({ role }) => role)).toEqual(['test', 'model']);
  });
});

describe('planInfer', { timeout: BUSY_MS }, () => {
  it('says what the stored model would do and creates nothing', async () => {
    const places = { modelPath: join(dir, 'fit'), testDataFile: scan, outputDir: join(dir, 'planned-infer') };
    const plan = await planInfer({ config: { overrides: places }, execution });
    expect(plan).toMatchObject({ model: join(dir, 'fit'), frames: 24, frame_size: 64, groups: 24, frames_per_group: 1 });
    const flags = ['--model-path', places.modelPath, '--test-data', scan, '--output-dir', places.outputDir, '--dry-run'];
    expect(JSON.parse((await runInProcess(['infer', ...flags, '--json'])).stdout)).toEqual(plan);
    expect(await readdir(dir)).not.toContain('planned-infer');
  });
});

describe('a fit of groups', { timeout: BUSY_MS }, () => {
  it('gives the same object from the stored model alone, with the seed of its training', async () => {
    const config = await configFor('grouped', { 'model.gridsize': 2, neighborCount: 6, seed: 5 });
    const { reconstruction, bundle } = await fitScan({ config, execution });
    const places = { modelPath: bundle.path, testDataFile: scan, outputDir: join(dir, 'grouped-infer') };
    const again = await inferScan({ config: { overrides: places }, execution });
    expect(again.config).toMatchObject({ seed: 5, neighborCount: 6 });
    expect(Buffer.from(again.reconstruction.object.data.buffer).equals(Buffer.from(reconstruction.object.data.buffer))).toBe(true);
  });
});

describe('an interrupted fit', { timeout: BUSY_MS }, () => {
  it('keeps a checkpoint, writes no record, and ends with the same model when it is repeated', async () => {
    const abort = new AbortController();
    const stopped = await configFor('stopped', { nepochs: 2 });
    const failure = fitScan(
      { config: stopped, execution },
      {
        signal: abort.signal,
        onEvent: (event) => {
          if (event.type === 'train' && event.event.type === 'step' && event.event.epoch === 2) abort.abort();
        },
      },
    );
    await expect(failure).rejects.toMatchObject({ code: 'INTERRUPTED', checkpointPath: join(dir, 'stopped', 'checkpoints', 'last.npz') });
    expect((await readdir(join(dir, 'stopped'))).sort()).toEqual(['checkpoints', 'training_logs']);
    const resumed = await fitScan({ config: stopped, execution });
    const whole = await fitScan({ config: await configFor('whole', { nepochs: 2 }), execution });
    expect(resumed.bundle.sha256).toBe(whole.bundle.sha256);
  });

  it('leaves no directory behind when nothing had been written yet', async () => {
    const abort = new AbortController();
    const failure = fitScan(
      { config: await configFor('early'), execution: loadExecutionConfig({ overrides: { enableCheckpointing: false, logger: 'none' } }) },
      {
        signal: abort.signal,
        onEvent: (event) => {
          if (event.type === 'train' && event.event.type === 'start') abort.abort();
        },
      },
    );
    await expect(failure).rejects.toMatchObject({ code: 'INTERRUPTED', checkpointPath: null });
    expect(await readdir(dir)).not.toContain('early');
  });

  it('takes the record of an earlier run away before it starts to replace its results', async () => {
    const config = await configFor('again');
    await mkdir(config.outputDir);
    await writeFile(join(config.outputDir, 'run.json'), '{}');
    const abort = new AbortController();
    const failure = fitScan({ config, execution }, { signal: abort.signal, onEvent: () => abort.abort() });
    await expect(failure).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(await readdir(config.outputDir)).not.toContain('run.json');
  });
});

describe('configForScan', () => {
  it('takes N from the frames unless it was given', async () => {
    const path = join(dir, 'large.npz');
    const size = 128;
    await writeNpz(path, {
      diffraction: { type: 'float32', shape: [2, size, size], data: new Float32Array(2 * size * size).fill(1) },
      xcoords: Float64Array.of(1, 2),
      ycoords: Float64Array.of(1, 2),
      probeGuess: { shape: [size, size], data: new Float32Array(2 * size * size).fill(1) },
    });
    expect((await configForScan(path)).model.N).toBe(128);
    expect((await configForScan(path, { overrides: { 'model.N': 64 } })).model.N).toBe(64);
    expect((await configForScan(scan)).model.N).toBe(64);
  });

  it('lets overrides win over a file', async () => {
    const file = join(dir, 'run.yaml');
    await writeFile(file, 'nepochs: 3\nbatchSize: 2\n');
    expect(await configForScan(scan, { file, overrides: { batchSize: 4 } })).toMatchObject({
      nepochs: 3,
      batchSize: 4,
      trainDataFile: scan,
    });
  });
});

describe('planFit', () => {
  it('says what would be done and creates nothing', async () => {
    const plan = await planFit({ config: await configFor('planned', { 'model.gridsize': 2 }), execution });
    expect(plan).toMatchObject({ frames: 24, frame_size: 64, groups: 24, frames_per_group: 4, epochs: 1, resumes: false });
    expect(await readdir(dir)).not.toContain('planned');
  });
});
