import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPtychoError, Random } from '@ptychokit/config';
import { type NpyValue, writeNpz } from '@ptychokit/memmap-bridge';
import { importWeights, WeightImportError } from '@ptychokit/trainer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ParameterSpec } from '../../../packages/trainer/src/models/parameters.js';

const constant = { kind: 'constant', value: 0 } as const;
const MODEL: { readonly specs: readonly ParameterSpec[] } = {
  specs: [
    { name: 'conv/kernel', shape: [2, 3, 4, 5], initialiser: constant },
    { name: 'conv/bias', shape: [5], initialiser: constant },
    { name: 'dense/kernel', shape: [3, 2], initialiser: constant },
    { name: 'scale', shape: [], initialiser: constant },
  ],
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ptychokit-import-'));
});
afterAll(() => rm(folder, { recursive: true }));

const draw = (count: number): Float32Array => {
  const random = new Random(1, count);
  return Float32Array.from({ length: count }, () => random.normal());
};

let archives = 0;
async function archive(arrays: Record<string, NpyValue>): Promise<string> {
  const path = join(folder, `${archives++}.npz`);
  await writeNpz(path, arrays);
  return path;
}

const float32 = (shape: readonly number[], data: Float32Array): NpyValue => ({ type: 'float32', shape, data });

describe('importWeights', () => {
  it('gives back arrays that are stored as the model has them', async () => {
    const arrays = Object.fromEntries(MODEL.specs.map(({ name, shape }) => [name, draw(shape.reduce((a, b) => a * b, 1))]));
    const path = await archive(
      Object.fromEntries(MODEL.specs.map(({ name, shape }) => [`w:${name}`, float32(shape, arrays[name] as Float32Array)])),
    );
    const { values, report } = await importWeights(path, MODEL, (name) => ({ key: `w:${name}` }));
    expect(Object.fromEntries(values)).toEqual(arrays);
    expect(report).toEqual(MODEL.specs.map(({ name, shape }) => ({ parameter: name, key: `w:${name}`, shape })));
  });

  it('reorders axes: (out, in, kh, kw) to [kh, kw, in, out]', async () => {
    const foreign = Float32Array.from({ length: 5 * 4 * 2 * 3 }, (_, i) => i);
    const path = await archive({ kernel: float32([5, 4, 2, 3], foreign) });
    const { values } = await importWeights(path, MODEL, (name) => (name === 'conv/kernel' ? { key: 'kernel', axes: [2, 3, 1, 0] } : null));
    const ours = values.get('conv/kernel') as Float32Array;
    for (const [kh, kw, from, to] of [
      [0, 0, 0, 0],
      [1, 2, 3, 4],
      [0, 2, 1, 3],
      [1, 0, 2, 0],
    ] as const) {
      // biome-ignore format: a table
      expect(ours[((kh * 3 + kw) * 4 + from) * 5 + to]).toBe(((to * 4 + from) * 2 + kh) * 3 + kw);
    }
  });

  it('transposes matrices', async () => {
    const path = await archive({ w: float32([2, 3], Float32Array.of(1, 2, 3, 4, 5, 6)) });
    const { values } = await importWeights(path, MODEL, (name) => (name === 'dense/kernel' ? { key: 'w', axes: [1, 0] } : null));
    expect(Array.from(values.get('dense/kernel') as Float32Array)).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('leaves out what the mapping leaves out, and says so', async () => {
    const path = await archive({ b: float32([5], draw(5)) });
    const { values, report } = await importWeights(path, MODEL, (name) => (name === 'conv/bias' ? { key: 'b' } : null));
    expect([...values.keys()]).toEqual(['conv/bias']);
    expect(report.map(({ parameter, key }) => [parameter, key])).toEqual([
      ['conv/kernel', null],
      ['conv/bias', 'b'],
      ['dense/kernel', null],
      ['scale', null],
    ]);
  });

  it('takes double precision', async () => {
    const path = await archive({ s: { type: 'float64', shape: [], data: Float64Array.of(0.1) } });
    const { values } = await importWeights(path, MODEL, (name) => (name === 'scale' ? { key: 's' } : null));
    expect(values.get('scale')).toEqual(Float32Array.of(0.1));
  });

  it('reports missing arrays and wrong shapes all at once', async () => {
    const path = await archive({
      'conv/kernel': float32([5, 4, 2, 3], draw(120)),
      'conv/bias': float32([5], draw(5)),
      'dense/kernel': float32([2, 3], draw(6)),
    });
    const error = await importWeights(path, MODEL, (name) => ({ key: name })).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(WeightImportError);
    expect(isPtychoError(error, 'WEIGHT_IMPORT')).toBe(true);
    expect((error as WeightImportError).problems).toEqual([
      "conv/kernel: expected [2,3,4,5], got [5,4,2,3] from 'conv/kernel' [5,4,2,3]",
      "dense/kernel: expected [3,2], got [2,3] from 'dense/kernel' [2,3]",
      "scale: the archive has no 'scale'",
    ]);
    expect((error as Error).message).toContain('3 of the weights do not fit the model');
    expect((error as Error).message).toContain(path);
  });

  it('names the shape before and after reordering', async () => {
    const path = await archive({ k: float32([5, 4, 3, 2], draw(120)) });
    const error = await importWeights(path, { specs: MODEL.specs.slice(0, 1) }, () => ({ key: 'k', axes: [2, 3, 1, 0] })).catch(
      (e: unknown) => e,
    );
    expect((error as WeightImportError).problems).toEqual(["conv/kernel: expected [2,3,4,5], got [3,2,4,5] from 'k' [5,4,3,2]"]);
  });
});
