import { dirname, posix } from 'node:path';

/** What each package may import of the others: data flows one way. */
const ALLOWED = {
  config: [],
  metrics: [],
  physics: ['config'],
  'memmap-bridge': ['config'],
  trainer: ['config', 'memmap-bridge', 'physics'],
  iterative: ['config', 'memmap-bridge', 'physics'],
  study: ['config', 'memmap-bridge', 'metrics', 'physics', 'trainer', 'iterative'],
};

/** Heavy or native libraries, and the only files that may import them. */
const HEAVY = {
  '@tensorflow/tfjs-node': /^packages\/trainer\/src\/engine\//,
  koffi: /^packages\/memmap-bridge\/src\/stack\/system-calls\.ts$/,
  h5wasm: /^packages\/memmap-bridge\/src\/hdf5\/file\.ts$/,
};

const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** Imports between packages follow the data flow and the dependencies of their package.json; heavy libraries stay where they are. */
export function boundaries(files) {
  const manifests = new Map(
    files
      .filter(({ path }) => /^packages\/[^/]+\/package\.json$/.test(path))
      .map(({ path, text }) => [path.split('/')[1], JSON.parse(text)]),
  );
  const paths = new Set(files.map(({ path }) => path));
  return files
    .filter(({ path }) => /^packages\/[^/]+\/src\/.*\.ts$/.test(path))
    .flatMap(({ path, text }) => {
      const owner = path.split('/')[1];
      return [...text.matchAll(IMPORT)].flatMap((match) => {
        const problem = check({ path, owner, target: match[1] ?? match[2] }, { manifests, paths });
        return problem === undefined ? [] : [`${path}: ${problem}`];
      });
    });
}

function check({ path, owner, target }, { manifests, paths }) {
  if (target.startsWith('.')) return checkRelative({ path, owner, target }, paths);
  if (target.startsWith('node:')) return undefined;
  const name = target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
  const { dependencies, peerDependencies, optionalDependencies } = manifests.get(owner) ?? {};
  if (!(name in { ...dependencies, ...peerDependencies, ...optionalDependencies }))
    return `imports '${name}', which its package.json does not name`;
  if (name in HEAVY && !HEAVY[name].test(path)) return `imports '${name}', which has its own file`;
  if (!name.startsWith('@ptychokit/')) return undefined;
  const other = name.slice('@ptychokit/'.length);
  return ALLOWED[owner]?.includes(other) ? undefined : `imports '${name}' against the data flow`;
}

function checkRelative({ path, owner, target }, paths) {
  if (!target.endsWith('.js')) return `imports '${target}' without its suffix .js`;
  const file = posix.join(dirname(path), target).replace(/\.js$/, '.ts');
  if (!file.startsWith(`packages/${owner}/src/`)) return `imports '${target}' from outside its package`;
  return paths.has(file) ? undefined : `imports '${target}', which does not exist`;
}
