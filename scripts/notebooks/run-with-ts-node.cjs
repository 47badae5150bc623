// The cells of a notebook in one session of ts-node, types checked: run-with-ts-node.cjs <folder of ts-node> <notebook>.
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join, resolve } = require('node:path');

const [folder, notebook] = process.argv.slice(2).map((path) => resolve(path));
const { create, createRepl } = createRequire(join(folder, 'package.json'))('ts-node');

const repl = createRepl();
const compilerOptions = {
  ...{ module: 'commonjs', moduleResolution: 'node10', target: 'es2022', lib: ['es2023', 'esnext.disposable'], types: ['node'] },
  ...{ strict: true, skipLibCheck: true, esModuleInterop: true },
};
const typescript = require.resolve('typescript');
const service = create({
  ...repl.evalAwarePartialHost,
  compiler: typescript,
  skipProject: true,
  compilerOptions,
  experimentalReplAwait: true,
});
repl.setService(service);

// What a CommonJS module finds around it.
Object.assign(globalThis, { exports: {}, module: { exports: {} }, require: createRequire(notebook) });

const evaluate = (code) =>
  new Promise((resolve, reject) => repl.nodeEval(code, globalThis, 'cell.ts', (error, value) => (error ? reject(error) : resolve(value))));

async function main() {
  for (const { cell_type, source } of JSON.parse(readFileSync(notebook, 'utf8')).cells) {
    if (cell_type !== 'code') continue;
    const code = source.join('');
    try {
      await evaluate(`${code}\n`);
    } catch (error) {
      console.error(`${code}\n${error.stack ?? error}`);
      process.exit(1);
    }
  }
}
main();
