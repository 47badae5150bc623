import '@tensorflow/tfjs-node';
import { Random } from '@ptychokit/config';
import { memory, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { NoiseModel } from '../../../packages/iterative/src/engines/amplitude-residual.js';
import { type FrameBatch, propagate } from '../../../packages/iterative/src/engines/propagate.js';
import { WaveBatch } from '../../../packages/iterative/src/engines/wave-batch.js';
import { objectWindows } from '../../../packages/iterative/src/geometry/object-windows.js';
import { complexKernels } from '../../../packages/iterative/src/kernels/complex-kernels.js';
import { toComplexTensor } from '../../../packages/iterative/src/kernels/complex-transfer.js';
import { type WaveLoops, waveLoops } from '../../../packages/iterative/src/kernels/wave-loops.js';

const random = new Random(19, 'wave batch');
const deviates = (length: number): Float32Array => Float32Array.from(random.normals(length));
const [height, width] = [40, 48];

/** The last one is transformed in more than one piece. */
const CASES = [
  { name: 'Gaussian noise', noise: 'gaussian', modes: 1, side: 10, count: 5, masked: false },
  { name: 'Poisson noise, two modes and a mask', noise: 'poisson', modes: 2, side: 16, count: 7, masked: true },
  { name: 'more frames than are transformed at once', noise: 'gaussian', modes: 1, side: 32, count: 300, masked: true },
] as const;

function scene({ modes, side, count, masked }: { modes: number; side: number; count: number; masked: boolean }) {
  const kernels = complexKernels();
  const placements = {
    rows: Int32Array.from({ length: count }, () => random.integer(height - side)),
    columns: Int32Array.from({ length: count }, () => random.integer(width - side - 16)),
    fractionX: Float64Array.from({ length: count }, () => random.uniform() - 0.5),
    fractionY: Float64Array.from({ length: count }, () => random.uniform() - 0.5),
  };
  const batch: FrameBatch = {
    indices: Int32Array.from({ length: count }, (_, j) => j),
    amplitudes: tensor(
      deviates(count * side * side).map((value) => side * Math.abs(value)),
      [count, 1, side, side],
    ),
    placements,
    windows: objectWindows(kernels, placements, { side, height, width }),
  };
  const object = deviates(2 * height * width);
  const probe = toComplexTensor(kernels, { shape: [modes, side, side], data: deviates(2 * modes * side * side) });
  const mask = masked
    ? tensor(
        Float32Array.from({ length: side * side }, (_, i) => (i % 7 === 0 ? 0 : 1)),
        [side, side],
      )
    : undefined;
  return { kernels, batch, object, probe, mask };
}

function expectClose(measured: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(measured.length).toBe(expected.length);
  let [away, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    away = Math.max(away, Math.abs((measured[i] as number) - (expected[i] as number)));
    size = Math.max(size, Math.abs(expected[i] as number));
  }
  expect(away / size).toBeLessThan(2e-5);
}

describe.each(CASES)('A batch of waves, $name', ({ noise, ...sizes }) => {
  it('goes through the model and back as single operations of the engine do', () => {
    const { kernels, batch, object, probe, mask } = scene(sizes);
    const { modes, side, count } = sizes;
    tidy(() => {
      const values = (complex: Tensor): Float32Array => kernels.parts(complex).dataSync<'float32'>();
      const objectTensor = toComplexTensor(kernels, { shape: [height, width], data: object });
      const waves = propagate(kernels, batch, { object: objectTensor, probe, noise: noise as NoiseModel, mask });
      const towards = kernels.multiply(waves.residuals, waves.probes);
      const sum = values(kernels.conjugate(batch.windows.insert(kernels.sum(towards, 1))));
      const gradient = values(waves.shifts.meanBack(kernels.multiply(waves.residuals, waves.patches)));
      const errors = waves.errors.dataSync<'float32'>().reduce((a, b) => a + b, 0);

      const input = { batch, object, shape: [height, width] as const, probe, noise: noise as NoiseModel, mask, updateProbe: true };
      const own = new WaveBatch(kernels, waveLoops({ threads: 1 }), input);
      const pass = own.pass();
      expect(pass.error / errors).toBeCloseTo(1, 5);
      expectClose(pass.objectSum, sum);
      expectClose(pass.probeDirection as Float32Array, gradient);
      expectClose(values(own.tensors().probes), values(waves.probes));
      expectClose(values(own.tensors().corrections), values(waves.corrections));

      const direction = deviates(2 * height * width);
      const towardsProbe = toComplexTensor(kernels, { shape: [modes, side, side], data: (pass.probeDirection as Float32Array).slice() });
      pass.objectSum.set(direction);
      const products = own.products();
      const crop = kernels.parts(batch.windows.crop(direction));
      const u = values(kernels.multiply(kernels.fromParts(crop.reshape([count, 1, side, side, 2])), waves.probes));
      const v = values(kernels.multiply(waves.patches, towardsProbe));
      const chi = values(waves.corrections);
      const length = 2 * modes * side * side;
      const dot = (a: Float32Array, b: Float32Array): Float64Array =>
        Float64Array.from({ length: count }, (_, j) =>
          a.subarray(j * length, (j + 1) * length).reduce((total, value, i) => total + value * (b[j * length + i] as number), 0),
        );
      const turned = v.map((_, i) => (i % 2 === 0 ? -(v[i + 1] as number) : (v[i - 1] as number))); // i v
      expectClose(products.objectPower, dot(u, u));
      expectClose(products.objectGain, dot(u, chi));
      expectClose(products.probePower, dot(v, v));
      expectClose(products.probeGain, dot(v, chi));
      expectClose(products.crossRe, dot(u, v));
      expectClose(products.crossIm, dot(u, turned));
    });
  });

  it('leaves nothing on the engine', () => {
    const { kernels, batch, object, probe, mask } = scene(sizes);
    const loops = waveLoops({ threads: 1 });
    const input = { batch, object, shape: [height, width] as const, probe, noise: noise as NoiseModel, mask };
    const before = memory().numTensors;
    const fixed = new WaveBatch(kernels, loops, { ...input, updateProbe: false });
    expect(fixed.pass().probeDirection).toBeUndefined();
    fixed.products();
    new WaveBatch(kernels, loops, { ...input, updateProbe: true }).pass();
    expect(memory().numTensors).toBe(before);
  });
});

it('Two threads leave the same bytes as one, whichever of them does what', { timeout: 30_000 }, () => {
  const { kernels, batch, object, probe, mask } = scene({ modes: 1, side: 32, count: 65, masked: true });
  const input = { batch, object, shape: [height, width] as const, probe, noise: 'poisson' as const, mask, updateProbe: true };
  const bytesOf = (loops: WaveLoops): string => {
    const waves = new WaveBatch(kernels, loops, input);
    const { error, objectSum, probeDirection } = waves.pass();
    const sums = [objectSum.slice(), probeDirection?.slice()];
    const products = Object.values(waves.products()).map((column) => [...column]);
    return JSON.stringify([error, ...sums.map((sum) => [...(sum as Float32Array)]), products]);
  };
  const [one, two] = [waveLoops({ threads: 1 }), waveLoops({ threads: 2 })];
  const expected = bytesOf(one);
  const deadline = performance.now() + 20_000;
  let shared = 0;
  while (shared < 20 && performance.now() < deadline) {
    const before = two.lastShared();
    expect(bytesOf(two)).toBe(expected);
    if (two.lastShared() !== before) shared++;
  }
  two.close();
  expect(shared).toBe(20);
  expect(bytesOf(two)).toBe(expected);
});
