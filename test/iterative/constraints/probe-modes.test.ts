import '@tensorflow/tfjs-node';
import { Random } from '@ptychokit/config';
import { expect, it } from 'vitest';
import { orthogonalModes, withModes } from '../../../packages/iterative/src/constraints/probe-modes.js';
import { complexKernels } from '../../../packages/iterative/src/kernels/complex-kernels.js';
import { toComplexTensor } from '../../../packages/iterative/src/kernels/complex-transfer.js';

const [modes, N] = [3, 8];
const area = N * N;
const inner = (data: Float32Array, a: number, b: number): [number, number] => {
  let [re, im] = [0, 0];
  for (let i = 0; i < area; i++) {
    const [p, q] = [2 * (a * area + i), 2 * (b * area + i)];
    re += (data[p] as number) * (data[q] as number) + (data[p + 1] as number) * (data[q + 1] as number);
    im += (data[p + 1] as number) * (data[q] as number) - (data[p] as number) * (data[q + 1] as number);
  }
  return [re, im];
};

it('Modes become orthogonal, strongest first, and their mixture stays', () => {
  const kernels = complexKernels();
  const data = Float32Array.from(new Random(2, 'modes').normals(2 * modes * area));
  const result = kernels.parts(orthogonalModes(kernels, toComplexTensor(kernels, { shape: [modes, N, N], data }))).dataSync<'float32'>();
  const power = (values: Float32Array, i: number): number =>
    [0, 1, 2].reduce((sum, m) => sum + (values[2 * (m * area + i)] as number) ** 2 + (values[2 * (m * area + i) + 1] as number) ** 2, 0);
  for (let i = 0; i < area; i++) expect(power(result, i)).toBeCloseTo(power(data, i), 3);
  for (const [a, b] of [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const)
    expect(Math.hypot(...inner(result, a, b))).toBeLessThan(1e-3);
  const strengths = [0, 1, 2].map((m) => inner(result, m, m)[0]);
  expect(strengths).toEqual([...strengths].sort((a, b) => b - a));
});

it('New modes are weak and differ from the first', () => {
  const guess = { shape: [N, N], data: new Float32Array(2 * area).fill(1) };
  const all = withModes(guess, 3);
  expect(all.subarray(0, 2 * area)).toEqual(guess.data);
  for (const m of [1, 2]) expect(inner(all, m, m)[0] / inner(all, 0, 0)[0]).toBeCloseTo(0.05, 4);
});
