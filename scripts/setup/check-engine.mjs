/*
 * Loads an engine in a process of its own and multiplies two matrices with it; prints `{ tensorflow }` as JSON.
 *   node check-engine.mjs addon FILE      a bare addon
 *   node check-engine.mjs package FOLDER  the installed package, the way the library loads it
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';

const [kind, place] = process.argv.slice(2);
const require = createRequire(join(place, 'index.js'));

function multiplyWith(binding) {
  const pair = (values) => binding.createTensor([2, 2], binding.TF_FLOAT, Float32Array.from(values));
  const attributes = [
    { name: 'transpose_a', type: binding.TF_ATTR_BOOL, value: false },
    { name: 'transpose_b', type: binding.TF_ATTR_BOOL, value: false },
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
  ];
  const [product] = binding.executeOp('MatMul', attributes, [pair([1, 2, 3, 4]), pair([5, 6, 7, 8])], 1);
  return binding.tensorDataSync(product.id);
}

function loadBinding() {
  if (kind === 'addon') return require(place);
  util.isNullOrUndefined = (value) => value === null || value === undefined;
  util.isArray = Array.isArray;
  return require('@tensorflow/tfjs-node').backend().binding;
}

const binding = loadBinding();
const product = [...multiplyWith(binding)];
if (product.join() !== '19,22,43,50') throw new Error(`a product of two matrices came out as ${product.join()}`);
process.stdout.write(`${JSON.stringify({ tensorflow: binding.TF_Version })}\n`);
