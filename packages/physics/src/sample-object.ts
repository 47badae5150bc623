import type { ComplexArray } from '@ptychokit/config';

/** Where one patch goes: pixel (size/2, size/2) on (x, y) of the object. */
export interface SamplePlace {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/**
 * Writes the real and imaginary parts of one patch of an object `[H, W]`, bilinear, zeros outside, as `extractPatches` does, without the
 * engine: the same bytes on every machine and in every batch.
 */
export function sampleObject(
  object: ComplexArray,
  place: SamplePlace,
  into: { readonly re: Float32Array; readonly im: Float32Array },
): void {
  const { size } = place;
  const [height = 0, width = 0] = object.shape;
  const left = Math.floor(place.x);
  const top = Math.floor(place.y);
  const fx = place.x - left;
  const fy = place.y - top;
  const inside = left >= size / 2 && top >= size / 2 && left + size / 2 < width && top + size / 2 < height;
  const weights: TapWeights = { w00: (1 - fx) * (1 - fy), w01: fx * (1 - fy), w10: (1 - fx) * fy, w11: fx * fy };
  const corner = { row: top - size / 2, column: left - size / 2 };
  if (inside) sampleInside(object, { ...corner, size, weights }, into);
  else sampleOverEdge(object, { ...corner, size, weights }, into);
}

interface TapWeights {
  readonly w00: number;
  readonly w01: number;
  readonly w10: number;
  readonly w11: number;
}

interface Taps {
  readonly row: number;
  readonly column: number;
  readonly size: number;
  readonly weights: TapWeights;
}

type Parts = { readonly re: Float32Array; readonly im: Float32Array };

function sampleInside({ shape, data }: ComplexArray, { row, column, size, weights }: Taps, { re, im }: Parts): void {
  const { w00, w01, w10, w11 } = weights;
  const stride = 2 * (shape[1] as number);
  let out = 0;
  for (let r = 0; r < size; r++) {
    let at = (row + r) * stride + 2 * column;
    for (let c = 0; c < size; c++, at += 2, out++) {
      const below = at + stride;
      re[out] =
        w00 * (data[at] as number) + w01 * (data[at + 2] as number) + w10 * (data[below] as number) + w11 * (data[below + 2] as number);
      im[out] =
        w00 * (data[at + 1] as number) +
        w01 * (data[at + 3] as number) +
        w10 * (data[below + 1] as number) +
        w11 * (data[below + 3] as number);
    }
  }
}

function sampleOverEdge({ shape, data }: ComplexArray, { row, column, size, weights }: Taps, { re, im }: Parts): void {
  const [height = 0, width = 0] = shape;
  const { w00, w01, w10, w11 } = weights;
  const value = (r: number, c: number, part: 0 | 1): number =>
    r >= 0 && r < height && c >= 0 && c < width ? (data[2 * (r * width + c) + part] as number) : 0;
  const sample = (r: number, c: number, part: 0 | 1): number =>
    w00 * value(r, c, part) + w01 * value(r, c + 1, part) + w10 * value(r + 1, c, part) + w11 * value(r + 1, c + 1, part);
  for (let out = 0; out < size * size; out++) {
    const r = row + Math.floor(out / size);
    const c = column + (out % size);
    re[out] = sample(r, c, 0);
    im[out] = sample(r, c, 1);
  }
}
