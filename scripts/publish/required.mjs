/**
 * CommonJS packages that stay outside a bundle are loaded with require(): an import reads the text of every file of them twice, once to
 * find the names it exports.
 *
 * @param {readonly string[]} names of packages
 */
export const required = (names) => ({
  name: 'required',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(${names.join('|')})$`) }, ({ namespace, path }) =>
      namespace === 'required' ? { path, external: true } : { path, namespace: 'required' },
    );
    onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({ contents: `module.exports = require('${path}');` }));
  },
});
