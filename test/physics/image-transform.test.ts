import { Random } from '@ptychokit/config';
import { describe, expect, it } from 'vitest';
import { ImageTransform } from '../../packages/physics/src/image-transform.js';

/** The transform of one line by its definition. */
function lineTransform(re: ArrayLike<number>, im: ArrayLike<number>): { re: Float64Array; im: Float64Array } {
  const N = re.length;
  const out = { re: new Float64Array(N), im: new Float64Array(N) };
  for (let j = 0; j < N; j++) {
    for (let k = 0; k < N; k++) {
      const angle = (-2 * Math.PI * ((j * k) % N)) / N;
      out.re[j] = (out.re[j] as number) + (re[k] as number) * Math.cos(angle) - (im[k] as number) * Math.sin(angle);
      out.im[j] = (out.im[j] as number) + (re[k] as number) * Math.sin(angle) + (im[k] as number) * Math.cos(angle);
    }
  }
  return out;
}

/** Along rows, then along columns; transposed as the class gives it. */
function byDefinition(re: Float64Array, im: Float64Array, N: number): { re: Float64Array; im: Float64Array } {
  const once = { re: new Float64Array(N * N), im: new Float64Array(N * N) };
  for (let row = 0; row < N; row++) {
    const line = lineTransform(re.subarray(row * N, (row + 1) * N), im.subarray(row * N, (row + 1) * N));
    for (let column = 0; column < N; column++) {
      once.re[column * N + row] = line.re[column] as number;
      once.im[column * N + row] = line.im[column] as number;
    }
  }
  const result = { re: new Float64Array(N * N), im: new Float64Array(N * N) };
  for (let column = 0; column < N; column++) {
    const line = lineTransform(once.re.subarray(column * N, (column + 1) * N), once.im.subarray(column * N, (column + 1) * N));
    result.re.set(line.re, column * N);
    result.im.set(line.im, column * N);
  }
  return result;
}

describe('ImageTransform', () => {
  it.each([1, 2, 3, 4, 6, 8, 10, 14, 16, 30, 32, 44, 64])('is the transform by its definition, also a second time: %d pixels', (N) => {
    const transform = new ImageTransform(N);
    for (const seed of [1, 2]) {
      const random = new Random(seed, 'transform', N);
      const [re, im] = [random.normals(N * N), random.normals(N * N)];
      transform.input.re.set(re);
      transform.input.im.set(im);
      const result = transform.transform();
      const expected = byDefinition(re, im, N);
      for (let i = 0; i < N * N; i++) {
        expect(Math.abs((result.re[i] as number) - (expected.re[i] as number))).toBeLessThan(1e-11 * N);
        expect(Math.abs((result.im[i] as number) - (expected.im[i] as number))).toBeLessThan(1e-11 * N);
      }
    }
  });

  it('refuses an image without pixels', () => {
    expect(() => new ImageTransform(0)).toThrow(/at least one pixel/);
    expect(() => new ImageTransform(2.5)).toThrow(/got 2.5/);
  });
});
