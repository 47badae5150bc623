import { createRequire } from 'node:module';

let known: string | undefined;

/** Version of this package, from its own manifest, which is read once. */
export function packageVersion(): string {
  known ??= (createRequire(import.meta.url)('@ptychokit/study/package.json') as { version: string }).version;
  return known;
}
