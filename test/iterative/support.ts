import '@tensorflow/tfjs-node';
import { loadSolveConfig, type SolveConfig } from '@ptychokit/config';
import { type SolveEvent, type SolveOutcome, type SolveRequest, solve } from '@ptychokit/iterative';
import { tinyScan } from '../support/tiny-run.js';

/** A reconstruction that takes a second; fields of the configuration on top. */
export const tinySolveConfig = (overrides: Readonly<Record<string, unknown>> = {}): SolveConfig =>
  loadSolveConfig({ overrides: { scanFile: 'tiny.npz', epochs: 3, batchSize: 9, checkpointEvery: 1, ...overrides } });

/** A run to its end, and everything it said. */
export interface TinySolve {
  readonly events: readonly SolveEvent[];
  readonly outcome: SolveOutcome;
}

/** Reconstructs a small scan to the end. */
export async function tinySolve(
  options: Partial<Omit<SolveRequest, 'config'>> & {
    readonly config?: Readonly<Record<string, unknown>>;
    readonly onEvent?: (event: SolveEvent) => void;
  } = {},
): Promise<TinySolve> {
  const { config, onEvent, raw = tinyScan({ frames: 25 }), ...rest } = options;
  const run = solve({ raw, ...rest, config: tinySolveConfig(config) });
  const events: SolveEvent[] = [];
  for (;;) {
    const next = await run.next();
    if (next.done === true) return { events, outcome: next.value };
    events.push(next.value);
    onEvent?.(next.value);
  }
}
