import '@tensorflow/tfjs-node';
import { Random } from '@ptychokit/config';
import { tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { probeShifts } from '../../../packages/iterative/src/engines/probe-shifts.js';
import { complexKernels } from '../../../packages/iterative/src/kernels/complex-kernels.js';
import { toComplexTensor } from '../../../packages/iterative/src/kernels/complex-transfer.js';

const random = new Random(11, 'probe shifts');
const [frames, modes, N] = [3, 2, 8];
const noise = (shape: readonly number[]) => ({ shape, data: Float32Array.from(random.normals(2 * shape.reduce((a, b) => a * b, 1))) });
const none = new Int32Array(frames);

describe('Sub-pixel shifts of a probe', () => {
  it('and the mean of what is moved back are adjoint', () => {
    const kernels = complexKernels();
    const [probe, gradients] = [noise([modes, N, N]), noise([frames, modes, N, N])];
    const placements = { rows: none, columns: none, fractionX: Float64Array.of(0.3, -0.5, 0), fractionY: Float64Array.of(-0.1, 0.5, 0.2) };
    const read = (run: () => ReturnType<typeof toComplexTensor>): Float32Array => {
      const parts = tidy(() => kernels.parts(run()));
      const values = parts.dataSync<'float32'>();
      parts.dispose();
      return values;
    };
    const shifted = read(() => probeShifts(kernels, placements, N).toFrames(toComplexTensor(kernels, probe)));
    const back = read(() => probeShifts(kernels, placements, N).meanBack(kernels.conjugate(toComplexTensor(kernels, gradients))));
    // Real part of the inner product: <S P, g> / frames = <P, mean of S^H g>.
    const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
    expect(dot(shifted, gradients.data) / frames).toBeCloseTo(dot(probe.data, back), 3);
  });

  it('by a whole pixel would be a roll', () => {
    const kernels = complexKernels();
    // A probe times the checkerboard, as the engines hold it, has its spectrum centred.
    const single = { rows: none.slice(0, 1), columns: none.slice(0, 1), fractionX: Float64Array.of(1), fractionY: Float64Array.of(0) };
    const probe = noise([1, N, N]);
    const parts = tidy(() => kernels.parts(probeShifts(kernels, single, N).toFrames(toComplexTensor(kernels, probe))));
    const values = parts.dataSync();
    for (let y = 0; y < N; y++) {
      for (let x = 0; x < N; x++) {
        const from = 2 * (y * N + ((x + N - 1) % N));
        // The ramp of a spectrum that is not centred carries the sign of the Nyquist frequency: (-1) per pixel of the shift.
        expect(values[2 * (y * N + x)]).toBeCloseTo(-(probe.data[from] as number), 4);
      }
    }
  });
});
