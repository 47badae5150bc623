import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

const PACKAGE = '@tensorflow/tfjs-node';

/** What the set-up recorded about an engine it built. */
export interface EngineManifest {
  /** How it was got, for example `"stock"` or `"wheel2.21.0"`. */
  readonly way: string;
  readonly tensorflow: string;
  readonly created: string;
}

/** Where the parts of the engine are, whether or not they exist. */
export interface EngineLocation {
  readonly packageFolder: string;
  /** The native addon that connects Node to TensorFlow, links resolved. */
  readonly addonPath: string;
  readonly libraryFolder: string;
  /** The folder that holds both, links resolved. */
  readonly folder: string;
  readonly hasAddon: boolean;
  /** Undefined for an engine that the set-up of this repository did not build. */
  readonly manifest: EngineManifest | undefined;
}

interface PackageManifest {
  readonly binary: { readonly module_name: string; readonly module_path: string; readonly napi_versions: readonly number[] };
}

function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** Finds the installed engine package; undefined if there is none. `resolve` finds a module file by its name. */
export function locateEngine(resolve: (name: string) => string = createRequire(import.meta.url).resolve): EngineLocation | undefined {
  let packageFile: string;
  try {
    packageFile = resolve(`${PACKAGE}/package.json`);
  } catch {
    return undefined;
  }
  const packageFolder = dirname(packageFile);
  const { binary } = JSON.parse(readFileSync(packageFile, 'utf8')) as PackageManifest;
  const napi = Math.max(...binary.napi_versions.filter((version) => version <= Number(process.versions.napi)));
  const linked = join(packageFolder, binary.module_path.replace('{napi_build_version}', String(napi)), `${binary.module_name}.node`);
  const hasAddon = existsSync(linked);
  const addonPath = hasAddon ? realpathSync(linked) : linked;
  const folder = dirname(dirname(dirname(addonPath)));
  const manifest = readJson<EngineManifest>(join(folder, 'ready.json'));
  return { packageFolder, addonPath, libraryFolder: join(folder, 'deps', 'lib'), folder, hasAddon, manifest };
}

/** Where the set-up keeps the engines of this user: `$XDG_CACHE_HOME/ptychokit/engine`, else below `~/.cache`. */
export function engineCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const named = env.XDG_CACHE_HOME;
  const caches = named !== undefined && isAbsolute(named) ? named : join(env.HOME ?? homedir(), '.cache');
  return join(caches, 'ptychokit', 'engine');
}
