import { isMainThread } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import { BackendError, EngineSettingsError } from './backend-error.js';
import { type EngineLocation, locateEngine } from './engine-location.js';
import { type EngineOptions, type EngineSettings, engineSettings, withSettings } from './engine-settings.js';
import { instructionSets } from './instruction-sets.js';
import { loadQuietly } from './quiet-loading.js';
import { restoreUtilFunctions } from './restore-util-functions.js';

const BACKEND = 'tensorflow';
const FIX =
  'in a clone of this repository: npm run setup; otherwise: npm rebuild @tensorflow/tfjs-node --foreground-scripts. npx ptychokit doctor tells more';

/** What computes: recorded with every run, since results depend on it. */
export interface Engine {
  readonly backend: 'tensorflow';
  /** Version of TensorFlow.js. */
  readonly tfjsVersion: string;
  /** Version of TensorFlow's C library. */
  readonly tensorflowVersion: string;
  readonly threads: number;
  readonly deterministic: boolean;
  /** Vector instruction sets of the processor. */
  readonly instructionSets: readonly string[];
  /** The native addon that was loaded. */
  readonly libraryPath: string;
  /** What was asked for and could not be given. */
  readonly warnings: readonly string[];
}

let loading: Promise<Engine> | undefined;

/**
 * Loads TensorFlow and makes it the active backend of `@tensorflow/tfjs-core`; later calls return the same engine.
 *
 * Importing tfjs-core alone registers operations but no gradients; this call brings those too.
 * Settings are fixed by the first call: another thread count later is a warning in the result, or an error if
 * `deterministic` is asked for.
 *
 * @throws {BackendError} if the engine is missing or does not load; nothing slower is ever used instead
 * @throws {EngineSettingsError} if `deterministic` is asked for and the engine runs with other settings
 * @throws RangeError if `threads` is not a whole number of at least 0
 */
export async function loadEngine(options: EngineOptions = {}): Promise<Engine> {
  const wanted = engineSettings(options);
  loading ??= loadOnce(wanted).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  const engine = await loading;
  if (tf.getBackend() !== BACKEND) await tf.setBackend(BACKEND);
  const insists = wanted.deterministic || (options.threads ?? 0) > 0;
  return insists ? reconcile(engine, wanted) : engine;
}

function reconcile(engine: Engine, { threads, deterministic }: EngineSettings): Engine {
  if (threads === engine.threads) return engine;
  if (deterministic) throw new EngineSettingsError('threads', { running: engine.threads, requested: threads });
  const warning = `the engine was loaded with ${engine.threads} threads before ${threads} were asked for; it keeps ${engine.threads}`;
  return Object.freeze({ ...engine, warnings: [...engine.warnings, warning] });
}

async function loadOnce(wanted: EngineSettings): Promise<Engine> {
  const { addonPath } = requireLocation();
  const isForeign = tf.findBackend(BACKEND) !== null;
  const settings = isForeign || !isMainThread ? engineSettings() : wanted;
  restoreUtilFunctions();
  try {
    await withSettings(settings, () => loadQuietly(addonPath, () => import('@tensorflow/tfjs-node')));
    await tf.setBackend(BACKEND);
  } catch (cause) {
    throw new BackendError('The TensorFlow engine does not load', { where: addonPath, fix: FIX, cause, lookedAt: [addonPath] });
  }
  return Object.freeze({
    backend: BACKEND,
    tfjsVersion: tf.version_core,
    tensorflowVersion: (tf.backend() as unknown as { readonly binding: { readonly TF_Version: string } }).binding.TF_Version,
    threads: settings.threads,
    deterministic: settings.deterministic,
    instructionSets: instructionSets(),
    libraryPath: addonPath,
    warnings: [
      ...(isForeign ? ['TensorFlow was loaded by other code before; thread count and accelerator are what that code left'] : []),
      ...(isMainThread ? [] : ['TensorFlow was loaded in a worker thread, from where thread count and accelerator cannot be set']),
    ],
  });
}

function requireLocation(): EngineLocation {
  const location = locateEngine();
  if (location === undefined) {
    throw new BackendError('The TensorFlow engine is not installed: the package @tensorflow/tfjs-node cannot be found', {
      where: 'node_modules/@tensorflow/tfjs-node',
      fix: 'in a clone of this repository: npm run setup; otherwise: npm install @tensorflow/tfjs-node',
    });
  }
  if (location.hasAddon) return location;
  const { addonPath, libraryFolder } = location;
  throw new BackendError('The TensorFlow engine is not installed: its native addon is missing', {
    where: addonPath,
    fix: FIX,
    lookedAt: [addonPath, libraryFolder],
  });
}
