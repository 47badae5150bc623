import '@tensorflow/tfjs-node';
import { Random } from '@ptychokit/config';
import { tidy } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { complexKernels } from '../../../packages/iterative/src/kernels/complex-kernels.js';
import { toComplexTensor } from '../../../packages/iterative/src/kernels/complex-transfer.js';
import { transformTables } from '../../../packages/iterative/src/kernels/transform-tables.js';
import type { WaveJob } from '../../../packages/iterative/src/kernels/wave-jobs.js';
import { waveLoops } from '../../../packages/iterative/src/kernels/wave-loops.js';

const random = new Random(31, 'transforms');
const SIDES = [2, 4, 6, 8, 10, 12, 14, 16, 22, 24, 32, 48, 50, 62, 64, 96, 128];

it.each(SIDES)('Squares of side %i are transformed as the engine does it, and back', (side) => {
  const kernels = complexKernels();
  const loops = waveLoops({ threads: 1 });
  const { factors, forward, back } = transformTables(side);
  const [count, length] = [2, 4 * side * side];
  const at = loops.reserve({
    factors: factors.byteLength,
    forward: forward.byteLength,
    back: back.byteLength,
    scratch: 32 * side,
    squares: 4 * length,
  });
  loops.integers(at.factors, factors.length).set(factors);
  loops.floats(at.forward, forward.length).set(forward);
  loops.floats(at.back, back.length).set(back);
  const given = Float32Array.from(random.normals(length));
  const squares = loops.floats(at.squares, length);
  squares.set(given);
  const job = { side, ...at } as unknown as WaveJob;
  loops.take([job, job]);
  const both = { from: at.squares, to: at.squares, count };
  const expected = tidy(() =>
    kernels.parts(kernels.fft2d(toComplexTensor(kernels, { shape: [count, side, side], data: given }))).dataSync<'float32'>(),
  );
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const furthest = (a: Float32Array, b: Float32Array): number =>
    a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
  loops.transform({ ...both, back: false });
  expect(furthest(squares, expected) / largest).toBeLessThan(1e-6);
  loops.transform({ ...both, back: true });
  expect(furthest(squares, given)).toBeLessThan(3e-6);
});
