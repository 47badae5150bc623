import { halfToFloat } from '../npy/half.js';
import type { NpyHeader } from '../npy/header.js';
import { swapBytes } from '../npy/read.js';

/** How a stack of square images, one per frame, lies in a file. */
export interface StackLayout {
  readonly count: number;
  /** Pixels along one side (N). */
  readonly size: number;
  /** Numbers per pixel: 1, or 2 for complex pixels. */
  readonly components: 1 | 2;
  readonly scalar: 'float16' | 'float32' | 'float64';
  readonly bigEndian: boolean;
  /** True where each image lies in one piece; false where pixel after pixel of all frames follows. */
  readonly contiguous: boolean;
  /** True where pixels follow column by column. */
  readonly transposed: boolean;
}

const SCALAR_BYTES = { float16: 2, float32: 4, float64: 8 } as const;
const SCALARS: Readonly<Record<string, Pick<StackLayout, 'scalar' | 'components'>>> = {
  float16: { scalar: 'float16', components: 1 },
  float32: { scalar: 'float32', components: 1 },
  float64: { scalar: 'float64', components: 1 },
  complex64: { scalar: 'float32', components: 2 },
  complex128: { scalar: 'float64', components: 2 },
};

/**
 * The layout of an array of shape `(n, N, N)` (frame axis first) or `(N, N, n)` (last).
 *
 * @throws TypeError an element type that holds no amplitudes (integers, text)
 */
export function stackLayout(header: Pick<NpyHeader, 'shape' | 'dtype' | 'fortranOrder'>, frameAxis: 'first' | 'last'): StackLayout {
  const element = SCALARS[header.dtype.name];
  if (element === undefined) throw new TypeError(`expected floating-point frames, got ${header.dtype.name}`);
  const [a, b, c] = header.shape as [number, number, number];
  return {
    count: frameAxis === 'first' ? a : c,
    size: b,
    ...element,
    bigEndian: header.dtype.bigEndian,
    contiguous: (frameAxis === 'first') !== header.fortranOrder,
    transposed: header.fortranOrder,
  };
}

/** The layout of the cache, and of every file this library writes: little-endian float32, frame after frame, row by row. */
export function plainLayout(layout: StackLayout): StackLayout {
  return { ...layout, scalar: 'float32', bigEndian: false, contiguous: true, transposed: false };
}

/** True where the bytes of the file are what a caller's Float32Array holds. */
export function isPlain(layout: StackLayout): boolean {
  return layout.scalar === 'float32' && !layout.bigEndian && layout.contiguous && !layout.transposed;
}

/** Numbers of one image. */
export function imageLength(layout: StackLayout): number {
  return layout.size * layout.size * layout.components;
}

/** Bytes of one number in the file. */
export function scalarBytes(layout: StackLayout): number {
  return SCALAR_BYTES[layout.scalar];
}

/** Bytes of one image in the file. */
export function imageBytes(layout: StackLayout): number {
  return imageLength(layout) * scalarBytes(layout);
}

/** Turns the bytes of numbers into float32, in the order they come. `bytes` is changed where its byte order is. */
export function decodeScalars(layout: StackLayout, { bytes, into }: { bytes: Uint8Array<ArrayBuffer>; into: Float32Array }): void {
  if (layout.bigEndian) swapBytes(bytes, scalarBytes(layout));
  const { buffer, byteOffset } = bytes;
  const length = bytes.length / scalarBytes(layout);
  if (layout.scalar === 'float32') into.set(new Float32Array(buffer, byteOffset, length));
  else if (layout.scalar === 'float64') into.set(new Float64Array(buffer, byteOffset, length));
  else {
    const halves = new Uint16Array(buffer, byteOffset, length);
    for (let i = 0; i < length; i++) into[i] = halfToFloat(halves[i] as number);
  }
}

/** Exchanges rows and columns of each image in place. */
export function transposeImages(layout: StackLayout, images: Float32Array): void {
  const { size, components } = layout;
  const length = imageLength(layout);
  for (let start = 0; start < images.length; start += length) {
    for (let r = 0; r < size; r++) {
      for (let c = r + 1; c < size; c++) {
        for (let part = 0; part < components; part++) {
          const a = start + (r * size + c) * components + part;
          const b = start + (c * size + r) * components + part;
          const swap = images[a] as number;
          images[a] = images[b] as number;
          images[b] = swap;
        }
      }
    }
  }
}
