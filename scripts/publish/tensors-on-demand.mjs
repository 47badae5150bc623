import { createRequire } from 'node:module';
import { join } from 'node:path';

const CORE = '@tensorflow/tfjs-core';

/**
 * tfjs-core takes as long to load as all else together, and a program that only configures or opens a scan needs none of it: in a bundle
 * its names become getters that load it when the first of them is read.
 *
 * @param {string} directory of the package that is bundled
 */
export const tensorsOnDemand = (directory) => ({
  name: 'tensors-on-demand',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^${CORE}$`) }, ({ namespace }) =>
      namespace === 'on-demand' ? { path: CORE, external: true } : { path: CORE, namespace: 'on-demand', sideEffects: false },
    );
    onLoad({ filter: /.*/, namespace: 'on-demand' }, () => ({ resolveDir: directory, contents: moduleOf(namesIn(directory)) }));
  },
});

const namesIn = (directory) => Object.keys(createRequire(join(directory, 'package.json'))(CORE)).filter((name) => name !== '__esModule');

const moduleOf = (names) => `
  let core;
  const getters = {};
  for (const name of ${JSON.stringify(names)})
    Object.defineProperty(getters, name, { enumerable: true, get: () => (core ??= require('${CORE}'))[name] });
  // Inherited, because the bundle copies what a module has of its own for each of its importers.
  module.exports = Object.create(getters);`;
