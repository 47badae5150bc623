import { createRequire } from 'node:module';

let library: typeof import('yaml') | undefined;

/** The yaml package, loaded with the first YAML text: most programs never read one, and it takes longer to load than this package. */
export function yamlLibrary(): typeof import('yaml') {
  library ??= createRequire(import.meta.url)('yaml') as typeof import('yaml');
  return library;
}
