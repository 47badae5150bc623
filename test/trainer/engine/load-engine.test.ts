import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { EngineSettingsError } from '../../../packages/trainer/src/engine/backend-error.js';
import { type Engine, loadEngine } from '../../../packages/trainer/src/engine/load-engine.js';

const gradientsBefore = tf.getGradient('Conv2D');
let engine: Engine;

beforeAll(async () => {
  engine = await loadEngine({ threads: 2 });
});

describe('loadEngine', () => {
  it('describes what computes', () => {
    expect(engine).toMatchObject({ backend: 'tensorflow', tfjsVersion: tf.version_core, threads: 2, deterministic: false, warnings: [] });
    expect(engine.tensorflowVersion).toMatch(/^\d+\.\d+\.\d+/);
    expect(engine.libraryPath).toMatch(/tfjs_binding\.node$/);
    expect(Object.isFrozen(engine)).toBe(true);
  });

  it('makes TensorFlow the active backend', async () => {
    expect(tf.getBackend()).toBe('tensorflow');
    expect(await tf.matMul([[1, 2]], [[3], [4]]).array()).toEqual([[11]]);
  });

  it('brings gradients, which tfjs-core alone does not have', () => {
    expect(gradientsBefore).toBeUndefined();
    expect(tf.getGradient('Conv2D')).toBeDefined();
    const slope = tf.grad((x: tf.Tensor) => tf.sum(tf.square(x)));
    expect([...slope(tf.tensor1d([1, 2, 3])).dataSync()]).toEqual([2, 4, 6]);
  });

  it('shares one tfjs-core between ES imports and the engine', () => {
    const core = createRequire(import.meta.url)('@tensorflow/tfjs-core') as typeof tf;
    const node = createRequire(createRequire(import.meta.url).resolve('@ptychokit/trainer/package.json'))(
      '@tensorflow/tfjs-node',
    ) as typeof tf;
    expect(core.engine()).toBe(tf.engine());
    expect(node.engine()).toBe(tf.engine());
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      node.add(core.ones([2]), 1);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('loads once and returns the same engine', async () => {
    expect(await loadEngine()).toBe(engine);
    expect(await loadEngine({ threads: 2 })).toBe(engine);
  });

  it('says so when another number of threads is asked for too late', async () => {
    const late = await loadEngine({ threads: 1 });
    expect(late.threads).toBe(2);
    expect(late.warnings).toEqual([expect.stringContaining('loaded with 2 threads before 1 were asked for')]);
  });

  it.each([{ deterministic: true }, { deterministic: true, threads: 4 }])('refuses to promise %o when it is too late', async (options) => {
    const error: unknown = await loadEngine(options).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EngineSettingsError);
    expect(error).toMatchObject({ code: 'ENGINE_SETTINGS', setting: 'threads', running: 2, requested: options.threads ?? 1 });
  });
});

describe('loadEngine without an engine', () => {
  afterEach(() => {
    vi.doUnmock('../../../packages/trainer/src/engine/engine-location.js');
    vi.resetModules();
  });

  async function failure(location: unknown): Promise<unknown> {
    vi.resetModules();
    vi.doMock('../../../packages/trainer/src/engine/engine-location.js', () => ({ locateEngine: () => location }));
    const fresh = await import('../../../packages/trainer/src/engine/load-engine.js');
    return fresh.loadEngine().catch((error: unknown) => error);
  }

  it('names the package that is missing', async () => {
    const error = await failure(undefined);
    expect(error).toMatchObject({ name: 'BackendError', code: 'BACKEND_UNAVAILABLE' });
    expect(String(error)).toMatch(/@tensorflow\/tfjs-node cannot be found[\s\S]*fix: .*npm run setup/);
  });

  it('names the addon that is missing, where it looked and the command that mends it', async () => {
    const error = await failure({ hasAddon: false, addonPath: '/nowhere/tfjs_binding.node', libraryFolder: '/nowhere/lib' });
    expect(error).toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      where: '/nowhere/tfjs_binding.node',
      lookedAt: ['/nowhere/tfjs_binding.node', '/nowhere/lib'],
    });
    expect(String(error)).toMatch(/npm run setup[\s\S]*npx ptychokit doctor/);
  });
});
