// The compiled modules of a package as few files, with the small libraries they use.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { licencesOf } from './licences.mjs';
import { onDemand } from './on-demand.mjs';
import { required } from './required.mjs';

/** Modules of a package that are loaded apart from its entry points: in a process of their own, or with the first command line. */
const PROGRAMS = { '@ptychokit/study': ['cli/main', 'cli/program', 'runners/process-pool/worker', 'runners/slurm/task'] };

/** Stay packages of their own: shared state, native code, data, or loaded late by the sources themselves. */
const EXTERNAL = ['@ptychokit/*', '@tensorflow/tfjs-node', '@resvg/resvg-js', 'dejavu-fonts-ttf', 'h5wasm', 'koffi', 'tsx', 'vega', 'yaml'];

const TENSORS = '@tensorflow/tfjs-core';

/** Loaded when first used: half of the time of an import otherwise. */
const ON_DEMAND = [
  TENSORS,
  ...['node:child_process', 'node:crypto', 'node:stream', 'node:stream/promises', 'node:worker_threads', 'node:zlib'],
  ...['d3-array', 'd3-scale', 'd3-scale-chromatic', 'd3-shape', 'fast-png', 'fflate'],
];

const REQUIRE =
  "import { createRequire as createPtychokitRequire } from 'node:module';\nconst require = createPtychokitRequire(import.meta.url);";

const OPTIONS = {
  outbase: 'dist',
  chunkNames: 'chunk-[hash]',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Short to read for the engine; names stay, so that a stack says where it was.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 120,
  sourcemap: true,
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
  external: EXTERNAL,
};

/**
 * Bundles `directory/dist` into `stage/dist`.
 *
 * @param {{ directory: string, stage: string }} place
 */
export async function bundlePackage({ directory, stage }) {
  const { name, exports } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const entries = Object.values(exports).flatMap((entry) => entry.default ?? []);
  const programs = (PROGRAMS[name] ?? []).map((path) => `./dist/${path}.js`);
  // Entry points share the classes they have in common; a program is one file.
  const inputs = [];
  const outdir = join(stage, 'dist');
  for (const entryPoints of [entries, ...programs.map((program) => [program])]) {
    const folder = dirname(entryPoints[0]);
    const { metafile } = await build({
      ...OPTIONS,
      entryPoints,
      absWorkingDir: directory,
      outdir,
      splitting: entryPoints.length > 1,
      // What was CommonJS asks for require(); the metrics are not, and stay free of Node.
      banner: name === '@ptychokit/metrics' ? {} : { js: REQUIRE },
      plugins: [
        onDemand(ON_DEMAND, { directory, outdir, from: relative('dist', folder), external: [TENSORS], options: OPTIONS, inputs }),
        required(['reflect-metadata', 'tsyringe']),
        apart(programs, { directory, from: folder }),
      ],
    });
    inputs.push(...Object.keys(metafile.inputs));
  }
  writeFileSync(join(stage, 'dist', 'THIRD_PARTY_LICENSES'), licencesOf(inputs, directory));
}

/** A program that another module loads late stays a file of its own. */
const apart = (programs, { directory, from }) => ({
  name: 'programs-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\// }, ({ kind, path, resolveDir }) => {
      const target = `./${relative(directory, join(resolveDir, path))}`;
      if (kind !== 'dynamic-import' || !programs.includes(target)) return undefined;
      return { path: `./${relative(from, target)}`, external: true };
    });
  },
});
