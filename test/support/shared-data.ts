import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = (variable: string, name: string): string | undefined => {
  const path = process.env[variable] ?? fileURLToPath(new URL(`../../../shared/${name}`, import.meta.url));
  return existsSync(path) ? path : undefined;
};

/** Numbers made by independent software: `$PTYCHOKIT_FIXTURES`, or `shared/fixtures` beside the checkout; undefined when absent. */
export const fixturesDir = (): string | undefined => folder('PTYCHOKIT_FIXTURES', 'fixtures');

/** Real scans: `$PTYCHOKIT_DATA`, or `shared/data` beside the checkout; undefined when absent. */
export const dataDir = (): string | undefined => folder('PTYCHOKIT_DATA', 'data');

/** The parity fixtures: the folder `parity` of {@link fixturesDir}, or that folder itself where it holds none; undefined when absent. */
export function parityDir(): string | undefined {
  const fixtures = fixturesDir();
  if (fixtures === undefined) return undefined;
  const inside = join(fixtures, 'parity');
  return existsSync(inside) ? inside : fixtures;
}

/** The golden states of the iterative engines: `iterative/golden` of {@link fixturesDir}, or `golden` of it; undefined when absent. */
export function goldenDir(): string | undefined {
  const fixtures = fixturesDir();
  if (fixtures === undefined) return undefined;
  return ['iterative/golden', 'golden', '../iterative/golden'].map((name) => join(fixtures, name)).find((path) => existsSync(path));
}

/** The simulated scans of the iterative engines, found like {@link goldenDir}. */
export function iterativeScansDir(): string | undefined {
  const golden = goldenDir();
  const path = golden === undefined ? undefined : join(golden, '..', 'data');
  return path !== undefined && existsSync(path) ? path : undefined;
}
