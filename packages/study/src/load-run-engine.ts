import { type Engine, type EngineOptions, loadEngine } from '@ptychokit/trainer';
import type { RunObserver } from './run-event.js';

/**
 * Loads the engine and passes on its warnings.
 *
 * @throws BackendError the engine is missing or does not load
 */
export async function loadRunEngine(options: EngineOptions, onEvent?: RunObserver): Promise<Engine> {
  const engine = await loadEngine(options);
  for (const text of engine.warnings) onEvent?.({ type: 'note', text });
  return engine;
}
