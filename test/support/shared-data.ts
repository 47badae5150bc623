import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = (variable: string, name: string): string | undefined => {
  const path = process.env[variable] ?? fileURLToPath(new URL(`../../../shared/${name}`, import.meta.url));
  return existsSync(path) ? path : undefined;
};

/** Numbers made by independent software: `$PTYCHOKIT_FIXTURES`, or `shared/fixtures` beside the checkout; undefined when absent. */
export const fixturesDir = (): string | undefined => folder('PTYCHOKIT_FIXTURES', 'fixtures');

/** Real scans: `$PTYCHOKIT_DATA`, or `shared/data` beside the checkout; undefined when absent. */
export const dataDir = (): string | undefined => folder('PTYCHOKIT_DATA', 'data');
