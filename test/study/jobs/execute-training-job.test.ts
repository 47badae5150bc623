import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigOrderError, LEGACY_PARAMS, LegacyParams } from '@ptychokit/config';
import { BRIDGE_FACTORY, type BridgeFactory, inMemoryBridge, type RawData } from '@ptychokit/memmap-bridge';
import { createStudyContainer, digestFile, executeTrainingJob, jobConfig, type TrainingJobRequest } from '@ptychokit/study';
import { BundleError, DivergenceError, TRAINER, type Trainer, type TrainRequest } from '@ptychokit/trainer';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fakeBundleWriter, outcomeOf, rawOf } from '../../support/fake-training.js';
import { tinyJob } from '../../support/tiny-study.js';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ptychokit-execute-'));
});
afterAll(() => rm(root, { recursive: true }));

let count = 0;
/** A job with a directory of its own. */
async function request(): Promise<TrainingJobRequest> {
  const job = tinyJob(join(root, String(count++)), 'unused.npz', { trainDataPath: 'a/train.npz', testDataPath: 'a/test.npz' });
  await mkdir(job.artifactDir, { recursive: true });
  return { job, config: jobConfig(job), logPath: job.logPath };
}

const scans = new Map([
  ['a/train.npz', rawOf('train')],
  ['a/test.npz', rawOf('test')],
]);

/** A bridge factory that remembers, as a plain function. */
function spyFactory(): { readonly calls: Parameters<BridgeFactory>[]; hydrations: number; readonly factory: BridgeFactory } {
  const spy = { calls: [] as Parameters<BridgeFactory>[], hydrations: 0 };
  const factory: BridgeFactory = (path, config) => {
    spy.calls.push([path, config]);
    const bridge = inMemoryBridge(scans.get(path) as RawData);
    let raw: Promise<RawData> | undefined;
    const hydrate = (): Promise<RawData> => {
      spy.hydrations++;
      return bridge.rawData();
    };
    return { ...bridge, rawData: () => (raw ??= hydrate()) };
  };
  return Object.assign(spy, { factory });
}

/** A trainer that remembers, as a plain function. */
function spyTrainer(outcome = outcomeOf()): { readonly requests: TrainRequest[]; readonly trainer: Trainer } {
  const requests: TrainRequest[] = [];
  return {
    requests,
    trainer: async (given) => {
      requests.push(given);
      return outcome;
    },
  };
}

describe('executeTrainingJob with plain functions as spies', () => {
  it('asks for two bridges, with the paths of the job and one and the same frozen configuration', async () => {
    const given = await request();
    const [bridge, { trainer }] = [spyFactory(), spyTrainer()];
    await executeTrainingJob(given, { bridgeFactory: bridge.factory, trainer, writeBundle: fakeBundleWriter });
    expect(bridge.calls.map(([path]) => path)).toEqual(['a/train.npz', 'a/test.npz']);
    expect(bridge.calls.every(([, config]) => config === given.config)).toBe(true);
    expect(Object.isFrozen(given.config) && Object.isFrozen(given.config.model)).toBe(true);
  });

  it('hydrates each scan once, and the two reach the trainer', async () => {
    const [bridge, { trainer, requests }] = [spyFactory(), spyTrainer()];
    await executeTrainingJob(await request(), { bridgeFactory: bridge.factory, trainer, writeBundle: fakeBundleWriter });
    expect(bridge.hydrations).toBe(2);
    expect(requests).toHaveLength(1);
    expect(requests[0]?.train).toBe(scans.get('a/train.npz'));
    expect(requests[0]?.test).toBe(scans.get('a/test.npz'));
  });

  it('bridges the configuration, then opens the scans, then trains (CONFIG-001)', async () => {
    const params = new LegacyParams();
    const order: string[] = [];
    const given = await request();
    const bridge = spyFactory();
    await executeTrainingJob(given, {
      params,
      bridgeFactory: (path, config) => {
        order.push(`bridge ${path}, parameters ${params.bridgedFrom === given.config ? 'filled' : 'empty'}`);
        return bridge.factory(path, config);
      },
      trainer: async (asked) => {
        asked.params.assertBridged(asked.config, 'training');
        order.push('trainer');
        return outcomeOf();
      },
      writeBundle: fakeBundleWriter,
    });
    expect(order).toEqual(['bridge a/train.npz, parameters filled', 'bridge a/test.npz, parameters filled', 'trainer']);
  });

  it('is a failed job where the parameters stand on another configuration', async () => {
    const params = new LegacyParams();
    params.bridge((await request()).config);
    const { trainer, requests } = spyTrainer();
    const result = await executeTrainingJob(await request(), { params, trainer, bridgeFactory: spyFactory().factory });
    expect(result).toMatchObject({ status: 'failed', error: expect.stringContaining('already bridged') });
    expect(requests).toEqual([]);
    expect(new ConfigOrderError('x').code).toBe('CONFIG_ORDER');
  });

  it('returns history, metrics and the digest that the archive has', async () => {
    const given = await request();
    const result = await executeTrainingJob(given, {
      bridgeFactory: spyFactory().factory,
      trainer: spyTrainer().trainer,
      writeBundle: fakeBundleWriter,
    });
    expect(result).toMatchObject({
      status: 'completed',
      error: null,
      final_loss: 0.25,
      epochs_completed: 2,
      bundle_path: join(given.job.artifactDir, 'wts.h5.zip'),
      metrics: { best_epoch: 2, final_train_loss: 0.25, final_val_loss: 0.3, best_val_loss: 0.3 },
      history: [{ epoch: 1 }, { epoch: 2, train_loss: 0.25, val_loss: 0.3, learning_rate: 5e-4 }],
    });
    expect(result.bundle_sha256).toBe((await digestFile(join(given.job.artifactDir, 'wts.h5.zip'))).sha256);
    expect(await readFile(given.logPath, 'utf8')).toContain(result.bundle_sha256 as string);
  });

  it('takes a trainer that tells how it goes', async () => {
    const told: string[] = [];
    const trainer: Trainer = async function* () {
      yield { type: 'end', reason: 'completed' };
      return outcomeOf();
    };
    const result = await executeTrainingJob(await request(), {
      bridgeFactory: spyFactory().factory,
      trainer,
      writeBundle: fakeBundleWriter,
      onEvent: (event) => told.push(event.type),
    });
    expect(result.status).toBe('completed');
    expect(told).toEqual(['train']);
  });
});

describe('substitution through containers, with vi.fn()', () => {
  const spies = () => ({ bridge: vi.fn(spyFactory().factory), trainer: vi.fn(spyTrainer().trainer) });

  it('uses what is registered in the container of the job', async () => {
    const { bridge, trainer } = spies();
    const container = createStudyContainer({ writeBundle: fakeBundleWriter });
    container.register(BRIDGE_FACTORY, { useValue: bridge });
    container.register(TRAINER, { useValue: trainer });
    const given = await request();
    expect((await executeTrainingJob(given, { container })).status).toBe('completed');
    expect(bridge).toHaveBeenCalledTimes(2);
    expect(bridge).toHaveBeenNthCalledWith(1, 'a/train.npz', given.config);
    expect(bridge).toHaveBeenNthCalledWith(2, 'a/test.npz', given.config);
    expect(trainer).toHaveBeenCalledTimes(1);
  });

  it('never shows the spy of one container to another, be it parent, child or stranger', async () => {
    const [ofParent, ofChild] = [spies(), spies()];
    const parent = createStudyContainer({ bridgeFactory: ofParent.bridge, trainer: ofParent.trainer, writeBundle: fakeBundleWriter });
    const child = parent.createChildContainer();
    child.register(BRIDGE_FACTORY, { useValue: ofChild.bridge });
    await executeTrainingJob(await request(), { container: child });
    expect([ofParent.bridge.mock.calls.length, ofChild.bridge.mock.calls.length]).toEqual([0, 2]);
    expect(ofParent.trainer).toHaveBeenCalledTimes(1); // inherited
    await executeTrainingJob(await request(), { container: parent });
    expect([ofParent.bridge.mock.calls.length, ofChild.bridge.mock.calls.length]).toEqual([2, 2]);
    expect(createStudyContainer().resolve(BRIDGE_FACTORY)).not.toBe(ofParent.bridge);
  });

  it('prefers the argument to the container', async () => {
    const [inContainer, asArgument] = [spies(), spies()];
    const container = createStudyContainer({
      bridgeFactory: inContainer.bridge,
      trainer: inContainer.trainer,
      writeBundle: fakeBundleWriter,
    });
    await executeTrainingJob(await request(), { container, bridgeFactory: asArgument.bridge });
    expect([inContainer.bridge.mock.calls.length, asArgument.bridge.mock.calls.length]).toEqual([0, 2]);
  });

  it('gives every job parameters of its own, also from one container', async () => {
    const container = createStudyContainer({ bridgeFactory: spyFactory().factory, writeBundle: fakeBundleWriter });
    const trainer = vi.fn(spyTrainer().trainer);
    for (const _ of [1, 2]) await executeTrainingJob(await request(), { container, trainer });
    const [first, second] = trainer.mock.calls.map(([{ params }]) => params);
    expect(first).not.toBe(second);
    expect(container.isRegistered(LEGACY_PARAMS)).toBe(true);
  });
});

describe('a failure', () => {
  const services = { bridgeFactory: spyFactory().factory, trainer: spyTrainer().trainer, writeBundle: fakeBundleWriter };
  const failing = (error: Error) => (): never => {
    throw error;
  };

  it.each([
    ['the factory', { bridgeFactory: failing(new Error('no such scan')) }, /no such scan/],
    [
      'the scan',
      { bridgeFactory: () => ({ ...inMemoryBridge(rawOf('x')), rawData: () => Promise.reject(new Error('torn file')) }) },
      /torn file/,
    ],
    [
      'the trainer',
      { trainer: () => Promise.reject(new DivergenceError('The loss is NaN', { epoch: 1, step: 1, groups: [] })) },
      /The loss is NaN/,
    ],
    ['a trainer that throws at once', { trainer: failing(new TypeError('not a function')) }, /not a function/],
  ] as const)('of %s is a failed job and no exception, with its reason in result and log', async (_, broken, reason) => {
    const given = await request();
    const result = await executeTrainingJob(given, { ...services, ...broken });
    expect(result).toMatchObject({ status: 'failed', bundle_path: null, bundle_sha256: null });
    expect(result.error).toMatch(reason);
    expect(await readFile(given.logPath, 'utf8')).toMatch(reason);
  });

  it('to write the archive leaves bundle_path and bundle_sha256 null, keeps the history, and says why in the log', async () => {
    const given = await request();
    const writeBundle = () => Promise.reject(new BundleError('The model archive cannot be written: ENOSPC', { where: 'wts.h5.zip' }));
    const result = await executeTrainingJob(given, { ...services, writeBundle });
    expect(result).toMatchObject({ status: 'failed', bundle_path: null, bundle_sha256: null, epochs_completed: 2, final_loss: 0.25 });
    expect(await readFile(given.logPath, 'utf8')).toMatch(/failed: The model archive cannot be written: ENOSPC/);
  });

  it('closes the bridges all the same', async () => {
    const closed: string[] = [];
    const bridgeFactory: BridgeFactory = (path) => {
      const bridge = inMemoryBridge(scans.get(path) as RawData);
      return { ...bridge, close: async () => void closed.push(path) };
    };
    await executeTrainingJob(await request(), { ...services, bridgeFactory, trainer: () => Promise.reject(new Error('x')) });
    expect(closed).toEqual(['a/train.npz', 'a/test.npz']);
  });

  it('to write the log does not matter to the job', async () => {
    const given = await request();
    await mkdir(given.logPath);
    expect((await executeTrainingJob(given, services)).status).toBe('completed');
  });
});

describe('an interruption', () => {
  it('is thrown, not a result', async () => {
    const abort = new AbortController();
    const trainer: Trainer = async () => {
      abort.abort();
      return outcomeOf({ reason: 'interrupted', checkpointPath: 'checkpoints/last.npz' });
    };
    const running = executeTrainingJob(await request(), { bridgeFactory: spyFactory().factory, trainer, signal: abort.signal });
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED', checkpointPath: 'checkpoints/last.npz' });
  });
});
