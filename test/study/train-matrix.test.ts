import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BRIDGE_FACTORY, type BridgeFactory, inMemoryBridge } from '@ptychokit/memmap-bridge';
import {
  createStudyContainer,
  digestFile,
  type RunEvent,
  type RunOptions,
  readManifest,
  type TrainMatrixRequest,
  trainingManifestKind,
  trainMatrix,
  verifyEvidence,
} from '@ptychokit/study';
import { TRAINER, type Trainer } from '@ptychokit/trainer';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fakeBundleWriter, outcomeOf, rawOf } from '../support/fake-training.js';
import { type TinyStudy, writeTinyStudy } from '../support/tiny-study.js';

let root = '';
let study: TinyStudy;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ptychokit-matrix-'));
  study = await writeTinyStudy(root, { doses: [1e3, 1e4], views: ['dense', 'sparse'] });
});
afterAll(() => rm(root, { recursive: true }));

let count = 0;
const request = (changes: Partial<TrainMatrixRequest> = {}): TrainMatrixRequest => ({
  ...study,
  artifactRoot: join(root, `e${count++}`),
  training: { nepochs: 1 },
  ...changes,
});

/** Services that train nothing, and the jobs that reached the trainer. */
function fakes(trainer: Trainer = async () => outcomeOf()): RunOptions & { readonly trained: string[] } {
  const trained: string[] = [];
  return {
    trained,
    writeBundle: fakeBundleWriter,
    trainer: (asked) => {
      trained.push(`${asked.config.nphotons} ${asked.config.model.gridsize}`);
      return trainer(asked);
    },
  };
}

const manifestAt = (dir: string) => readManifest(join(dir, 'training_manifest.json'), trainingManifestKind);

describe('trainMatrix', () => {
  it('trains every dose and view, and keeps what is finished when it is repeated', async () => {
    const [given, asked] = [fakes(), request()];
    const { results, written } = await trainMatrix(asked, given);
    expect(results.map(({ status }) => status)).toEqual(Array(6).fill('completed'));
    expect(given.trained).toHaveLength(6);
    const { manifest_sha256: _, ...text } = JSON.parse(await readFile(join(asked.artifactRoot, 'training_manifest.json'), 'utf8'));
    expect(text).toEqual(written?.manifest);
    const again = fakes();
    expect((await trainMatrix(asked, again)).results).toEqual(results);
    expect(again.trained).toEqual([]);
  });

  it('does the jobs that failed, and those alone, when it is repeated', async () => {
    const asked = request();
    const failing = fakes(async ({ config }) => {
      if (config.nphotons === 1e4 && config.model.gridsize === 2) throw new Error('not today');
      return outcomeOf();
    });
    const first = await trainMatrix(asked, failing);
    expect(first.results.filter(({ status }) => status === 'failed').map(({ error }) => error)).toEqual(['not today', 'not today']);
    expect((await manifestAt(asked.artifactRoot)).jobs.filter(({ result }) => result.status === 'failed')).toHaveLength(2);
    const again = fakes();
    const second = await trainMatrix(asked, again);
    expect(again.trained).toEqual(['10000 2', '10000 2']);
    expect(second.results.every(({ status }) => status === 'completed')).toBe(true);
  });

  it('tells of the whole matrix whatever the last command was asked for, as far as files are still what their records say', async () => {
    const asked = request();
    const trainer: Trainer = async ({ config }) => {
      if (config.nphotons === 1e4 && config.model.gridsize === 1) throw new Error('not today');
      return outcomeOf();
    };
    await trainMatrix(asked, fakes(trainer));
    const before = await manifestAt(asked.artifactRoot);
    const [again, notes] = [fakes(), [] as string[]];
    const onEvent = (event: RunEvent): void => void (event.type === 'note' && notes.push(event.text));
    const few = (job: string): string => `${job}: only 12 images to train on: losses and scores say little about this view`;
    const filtered = { ...asked, filters: { dose: 1e3, view: 'dense' }, training: { nepochs: 2 } };
    const { results } = await trainMatrix(filtered, { ...again, onEvent });
    expect([again.trained, results.length, notes.splice(0)]).toEqual([['1000 2'], 1, [few('dense/dose=1e+03')]]);
    const after = await manifestAt(asked.artifactRoot);
    expect(after.filters).toEqual({ dose: 1e3, view: 'dense', gridsize: null });
    expect(after.jobs.map(({ result }) => result.status)).toEqual(before.jobs.map(({ result }) => result.status));
    const others = (jobs: typeof after.jobs) => jobs.filter(({ dose, view }) => dose !== 1e3 || view !== 'dense');
    expect(others(after.jobs)).toEqual(others(before.jobs));
    await trainMatrix({ ...asked, models: 'supervised', filters: { dose: 1e4, view: 'sparse' } }, { ...fakes(), onEvent });
    expect((await manifestAt(asked.artifactRoot)).jobs).toMatchObject([...after.jobs, { model: 'supervised' }]);
    expect((await verifyEvidence(asked.artifactRoot)).findings).toEqual([]);
    notes.length = 0;
    await writeFile(join(asked.artifactRoot, 'dose_10000/sparse/gs2/wts.h5.zip'), 'torn');
    await trainMatrix(filtered, { ...fakes(), onEvent });
    expect(notes).toEqual(['sparse/dose=1e+04 is no longer what its record says: train it again', few('dense/dose=1e+03')]);
    expect((await manifestAt(asked.artifactRoot)).jobs).toHaveLength(6);
  });

  it('says what would be trained on a dry run; the manifest of a real run stays', async () => {
    const asked = request();
    const planned = await trainMatrix({ ...asked, dryRun: true }, fakes());
    expect(planned.written?.manifest).toMatchObject({ dry_run: true, jobs: Array(6).fill({ result: { status: 'dry_run' } }) });
    await trainMatrix(asked, fakes());
    expect((await trainMatrix({ ...asked, dryRun: true }, fakes())).written).toBeNull();
    expect((await manifestAt(asked.artifactRoot)).dry_run).toBe(false);
  });

  it('writes nothing where no job fits, or a configuration is wrong', async () => {
    for (const wrong of [{ filters: { dose: 123 } }, { training: { batchSize: 0 } }]) {
      const asked = request(wrong);
      await expect(trainMatrix(asked, fakes())).rejects.toMatchObject({ code: expect.stringMatching(/USAGE|CONFIG_INVALID/) });
      expect(existsSync(asked.artifactRoot)).toBe(false);
    }
  });
});

describe('a matrix with the services of a container', () => {
  const container = (spies: { readonly bridge: BridgeFactory; readonly trainer: Trainer }) => {
    const own = createStudyContainer({ writeBundle: fakeBundleWriter });
    own.register(BRIDGE_FACTORY, { useValue: spies.bridge });
    own.register(TRAINER, { useValue: spies.trainer });
    return own;
  };

  it('asks for two bridges per job with the frozen configuration the trainer gets; history and digests reach the manifest', async () => {
    const hydrated = vi.fn();
    const bridge = vi.fn<BridgeFactory>((path) => {
      const own = inMemoryBridge(rawOf(path));
      const rawData = (): ReturnType<typeof own.rawData> => {
        hydrated(path);
        return own.rawData();
      };
      return { ...own, rawData };
    });
    const trainer = vi.fn<Trainer>(async ({ params, config }) => {
      params.assertBridged(config, 'training');
      return outcomeOf();
    });
    const asked = request({ filters: { view: 'dense' } });
    const { jobs, written } = await trainMatrix(asked, { container: container({ bridge, trainer }) });
    expect(bridge.mock.calls.map(([path]) => path)).toEqual(jobs.flatMap((job) => [job.trainDataPath, job.testDataPath]));
    expect(hydrated.mock.calls.map(([path]) => path)).toEqual(bridge.mock.calls.map(([path]) => path));
    trainer.mock.calls.forEach(([{ config, train, test }], i) => {
      const [first, second] = bridge.mock.calls.slice(2 * i);
      expect([first?.[1], second?.[1], Object.isFrozen(config)]).toEqual([config, config, true]);
      expect(first?.[1]).toBe(config);
      expect([train.source, test?.source]).toEqual([first?.[0], second?.[0]]);
    });
    const bundles = await Promise.all(jobs.map(({ artifactDir }) => digestFile(join(artifactDir, 'wts.h5.zip'))));
    expect(written?.manifest.jobs.map(({ result }) => result.bundle_sha256)).toEqual(bundles.map(({ sha256 }) => sha256));
    for (const { result } of written?.manifest.jobs ?? []) {
      expect(result).toMatchObject({ final_loss: 0.25, history: [{ train_loss: 0.5 }, { train_loss: 0.25, val_loss: 0.3 }] });
    }
  });

  it('turns a failing bridge or trainer into failed jobs in the manifest; a child with a sound bridge trains', async () => {
    const broken = vi.fn<BridgeFactory>(() => {
      throw new Error('no beam');
    });
    const trainer = vi.fn<Trainer>(async () => outcomeOf());
    const parent = container({ bridge: broken, trainer });
    const asked = request({ filters: { view: 'dense', dose: 1e3 } });
    const { written } = await trainMatrix(asked, { container: parent });
    expect(written?.manifest.jobs).toMatchObject([{ result: { status: 'failed', error: 'no beam', bundle_sha256: null } }]);
    const sound = vi.fn<BridgeFactory>((path) => inMemoryBridge(rawOf(path)));
    const child = parent.createChildContainer();
    child.register(BRIDGE_FACTORY, { useValue: sound });
    expect((await trainMatrix(asked, { container: child })).results).toMatchObject([{ status: 'completed' }]);
    expect([broken, sound, trainer].map((spy) => spy.mock.calls.length)).toEqual([1, 2, 1]);
  });
});

describe('two matrices under one root', () => {
  it('are not done at once: the second one refuses and says who is at work, or waits and finds everything done', async () => {
    const asked = request({ filters: { dose: 1e3 } });
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = fakes(async () => {
      await held;
      return outcomeOf();
    });
    const first = trainMatrix(asked, slow);
    await expect.poll(() => slow.trained.length).toBe(1);
    await expect(trainMatrix(asked, fakes())).rejects.toMatchObject({
      code: 'LOCKED',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    const [second, told] = [fakes(), [] as string[]];
    const waiting = trainMatrix(
      { ...asked, wait: true },
      { ...second, onEvent: (event) => void (event.type === 'note' && told.push(event.text)) },
    );
    await expect.poll(() => told).toEqual([expect.stringMatching(`waiting for process ${process.pid}`)]);
    release();
    expect((await first).results.map(({ status }) => status)).toEqual(Array(3).fill('completed'));
    expect((await waiting).results).toEqual((await first).results);
    expect(second.trained).toEqual([]);
  });
});
