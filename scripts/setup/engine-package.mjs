import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Folder, version and paths of the installed `@tensorflow/tfjs-node`. */
export function enginePackage(root) {
  const require = createRequire(join(root, 'packages', 'trainer', 'package.json'));
  const file = require.resolve('@tensorflow/tfjs-node/package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const napi = Math.max(...manifest.binary.napi_versions.filter((version) => version <= Number(process.versions.napi)));
  const folder = dirname(file);
  const module = manifest.binary.module_path.replace('{napi_build_version}', String(napi));
  return { folder, version: manifest.version, napi, addon: join(module, `${manifest.binary.module_name}.node`) };
}

/** The files an engine consists of, below `folder`, as `[path, bytes, modified]`; undefined if one of the two parts is missing. */
export function engineFiles(folder, addon) {
  const libraries = join(folder, 'deps', 'lib');
  const binding = join(folder, addon);
  if (!existsSync(binding) || !existsSync(libraries)) return undefined;
  const names = readdirSync(libraries).filter((name) => name.startsWith('libtensorflow') || name.startsWith('tensorflow'));
  if (names.length === 0) return undefined;
  const real = new Set([binding, ...names.map((name) => join(libraries, name))].filter(existsSync).map((path) => realpathSync(path)));
  return [...real].sort().map((path) => {
    const { size, mtimeMs } = statSync(path);
    return [path, size, Math.floor(mtimeMs)];
  });
}
