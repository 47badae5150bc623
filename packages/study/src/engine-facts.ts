import type { Engine } from '@ptychokit/trainer';
import type { EngineFacts } from './run-record.js';

/** What a record says about the engine; paths of the machine are left out. */
export function engineFacts(engine: Engine): EngineFacts {
  return {
    backend: engine.backend,
    versions: { tfjs: engine.tfjsVersion, tensorflow: engine.tensorflowVersion },
    threads: engine.threads,
    deterministic: engine.deterministic,
    instruction_sets: engine.instructionSets,
    warnings: engine.warnings,
  };
}
