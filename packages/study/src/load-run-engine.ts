import { type Engine, type EngineOptions, loadEngine } from '@ptychokit/trainer';
import type { RunObserver } from './run-event.js';

/**
 * Loads the engine, passes on its warnings, and sees to it that sums of overlapping patches are exact and repeatable.
 *
 * TensorFlow adds crops into one image (CropAndResizeGradImage) from several threads without a lock: now and then an addition is lost. With
 * `TF_DETERMINISTIC_OPS`, read once when the engine is loaded, that operation runs on one thread; all others keep theirs.
 *
 * @throws BackendError the engine is missing or does not load
 */
export async function loadRunEngine(options: EngineOptions, onEvent?: RunObserver): Promise<Engine> {
  process.env.TF_DETERMINISTIC_OPS ??= '1';
  const engine = await loadEngine(options);
  for (const text of engine.warnings) onEvent?.({ type: 'note', text });
  return engine;
}
