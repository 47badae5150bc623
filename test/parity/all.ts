import type { ParityCheck, ParitySuite } from './check.js';
import { networkParity } from './network.js';

const SUITES: readonly ParitySuite[] = [networkParity];

/** The checks of every suite, one after another. */
export async function allParity(folder: string): Promise<readonly ParityCheck[]> {
  const checks: ParityCheck[] = [];
  for (const suite of SUITES) checks.push(...(await suite(folder)));
  return checks;
}
