import { loadSolveConfig } from '@ptychokit/config';
import { type SolveEvent, type SolveOutcome, type SolveRequest, solve } from '@ptychokit/iterative';
import type { RawData } from '@ptychokit/memmap-bridge';

/** Reconstructs a scan to its end with fields of the configuration. */
export async function runSolve(
  raw: RawData,
  overrides: Readonly<Record<string, unknown>>,
  options: Partial<Omit<SolveRequest, 'config' | 'raw'>> & { readonly onEvent?: (event: SolveEvent) => Promise<void> } = {},
): Promise<SolveOutcome> {
  const { onEvent, ...rest } = options;
  const run = solve({ raw, ...rest, config: loadSolveConfig({ overrides: { scanFile: raw.source, ...overrides } }) });
  for (;;) {
    const next = await run.next();
    if (next.done === true) return next.value;
    await onEvent?.(next.value);
  }
}
