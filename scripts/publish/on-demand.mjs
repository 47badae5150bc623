import { isBuiltin } from 'node:module';
import { join, relative } from 'node:path';
import { build } from 'esbuild';

/**
 * What takes long to load and is not needed to configure or to open a scan: in a bundle such a module is loaded when the first of
 * its names is read.
 *
 * Packages of `external` stay packages; the other ones become a file of their own beside the bundle.
 *
 * @param {readonly string[]} names of modules: of Node, or of packages
 * @param {{ directory: string, outdir: string, from: string, external: readonly string[], options: object, inputs: string[] }} place the package, where its
 *   bundle goes and from which folder there it is required, what stays outside it, the options of esbuild, and a list that receives the files
 *   which were bundled
 */
export const onDemand = (names, { directory, outdir, from, external, options, inputs }) => ({
  name: 'on-demand',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(${names.join('|')})$`);
    const files = new Map();
    onResolve({ filter }, ({ namespace, path }) =>
      namespace === 'on-demand' ? { path, external: true } : { path, namespace: 'on-demand', sideEffects: false },
    );
    onResolve({ filter: /\.cjs$/, namespace: 'on-demand' }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: 'on-demand' }, async ({ path }) => {
      const source = isBuiltin(path) || external.includes(path) ? path : await fileOf(path);
      return { resolveDir: directory, contents: moduleOf(source) };
    });

    /** A library as one CommonJS file, because a module cannot be required everywhere. */
    function fileOf(library) {
      if (!files.has(library)) files.set(library, bundleLibrary(library));
      return files.get(library);
    }
    async function bundleLibrary(library) {
      const outfile = join(outdir, `${library}.cjs`);
      const stdin = { contents: `export * from '${library}';`, resolveDir: directory };
      const { metafile } = await build({ ...options, stdin, absWorkingDir: directory, outfile, format: 'cjs' });
      inputs.push(...Object.keys(metafile.inputs));
      const path = relative(join(outdir, from), outfile);
      return path.startsWith('.') ? path : `./${path}`;
    }
  },
});

const moduleOf = (source) => `
  let loaded;
  const get = (_, name) => (name === '__esModule' ? undefined : (loaded ??= require('${source}'))[name]);
  // Inherited, because the bundle copies what a module has of its own for each of its importers.
  module.exports = Object.create(new Proxy({}, { get }));`;
