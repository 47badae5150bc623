import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

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
  const script = fileURLToPath(new URL(`../${module}.${isSource ? 'ts' : 'js'}`, import.meta.url));
  if (!isSource) return { script, nodeOptions: [] };
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return { script, nodeOptions: ['--conditions=@ptychokit/source', '--import', tsx] };
}
