import { existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { WayFailed } from './setup-error.mjs';

const MAIN = ['libtensorflow_cc.so.2', 'libtensorflow.so.2', 'libtensorflow.so'];
const FRAMEWORK = ['libtensorflow_framework.so.2', 'libtensorflow_framework.so'];

function firstFile(folders, names) {
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync);
}

/**
 * Finds the C library of TensorFlow below a folder: the layout of the libtensorflow archives (`lib`, `include`), of an
 * unpacked wheel, or a Python installation's `tensorflow` folder or the folder above it.
 */
export function locateTensorflow(folder) {
  const roots = [folder, join(folder, 'tensorflow')];
  const libraries = roots.flatMap((root) => [join(root, 'lib'), root]);
  const main = firstFile(libraries, MAIN);
  const framework = firstFile(libraries, FRAMEWORK);
  const header = join('tensorflow', 'c', 'eager', 'c_api.h');
  const include = roots.map((root) => join(root, 'include')).find((path) => existsSync(join(path, header)));
  const missing = [];
  if (main === undefined) missing.push(`lib/${MAIN[1]}`);
  if (framework === undefined) missing.push(`lib/${FRAMEWORK[0]}`);
  if (include === undefined) missing.push(`include/${header}`);
  if (missing.length > 0) throw new WayFailed(`${folder} holds no libtensorflow: it lacks ${missing.join(', ')}`, { missing });
  return { main: realpathSync(main), framework: realpathSync(framework), include };
}

/** Gives the libraries every name they are looked up by; `target` turns a library's path into the text of the link. */
export function linkLibraryNames(folder, { main, framework }, target) {
  mkdirSync(folder, { recursive: true });
  const names = [
    ...[basename(main), 'libtensorflow.so', 'libtensorflow.so.2'].map((name) => [name, main]),
    ...[basename(framework), 'libtensorflow_framework.so', 'libtensorflow_framework.so.2'].map((name) => [name, framework]),
  ];
  const present = new Set(readdirSync(folder));
  for (const [name, library] of names) {
    if (present.has(name)) continue;
    symlinkSync(target(library), join(folder, name));
    present.add(name);
  }
}
