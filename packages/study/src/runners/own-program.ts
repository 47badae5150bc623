import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** How to run a module of this package in another Node process. */
export interface OwnProgram {
  /** The module's file. */
  readonly script: string;
  /** Options of Node before it. */
  readonly nodeOptions: readonly string[];
}

/**
 * A module of this package as a program: the compiled file, or the source through tsx where this file itself is a source (a clone of the
 * repository, tests).
 *
 * @param module path of the module below `src`, without its suffix
 */
export function ownProgram(module: string): OwnProgram {
  const isSource = import.meta.url.endsWith('.ts');
  const { resolve } = createRequire(import.meta.url);
  const root = dirname(resolve('@ptychokit/study/package.json'));
  if (!isSource) return { script: join(root, 'dist', `${module}.js`), nodeOptions: [] };
  const script = join(root, 'src', `${module}.ts`);
  const tsx = pathToFileURL(resolve('tsx')).href;
  return { script, nodeOptions: ['--conditions=@ptychokit/source', '--import', tsx] };
}
