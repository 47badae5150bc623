import type { NpyTypeName } from '../npy/dtype.js';
import { halfToFloat } from '../npy/half.js';
import type { NpyHeader } from '../npy/header.js';
import { swapBytes } from '../npy/read.js';

const VIEWS = {
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** Types of the numbers of a stack. */
export type StackScalar = keyof typeof VIEWS;

/** How a stack of square images, one per frame, lies in a file. */
export interface StackLayout {
  readonly count: number;
  /** Pixels along one side (N). */
  readonly size: number;
  /** Numbers per pixel: 1, or 2 for complex pixels. */
  readonly components: 1 | 2;
  readonly scalar: StackScalar;
  readonly bigEndian: boolean;
  /** True where each image lies in one piece; false where pixel after pixel of all frames follows. */
  readonly contiguous: boolean;
  /** True where pixels follow column by column. */
  readonly transposed: boolean;
}

/**
 * The layout of an array of shape `(n, N, N)` (frame axis first) or `(N, N, n)` (last).
 *
 * @throws TypeError an element type that is no number (text, bool)
 */
export function stackLayout(header: Pick<NpyHeader, 'shape' | 'dtype' | 'fortranOrder'>, frameAxis: 'first' | 'last'): StackLayout {
  const element = elementOf(header.dtype.name);
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

function elementOf(name: NpyTypeName): Pick<StackLayout, 'scalar' | 'components'> {
  if (name === 'complex64') return { scalar: 'float32', components: 2 };
  if (name === 'complex128') return { scalar: 'float64', components: 2 };
  if (!(name in VIEWS)) throw new TypeError(`expected frames of numbers, got ${name}`);
  return { scalar: name as StackScalar, components: 1 };
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
  return VIEWS[layout.scalar].BYTES_PER_ELEMENT;
}

/** Bytes of one image in the file. */
export function imageBytes(layout: StackLayout): number {
  return imageLength(layout) * scalarBytes(layout);
}

/** Turns the bytes of numbers into float32, in the order they come. `bytes` is changed where its byte order is. */
export function decodeScalars(layout: StackLayout, { bytes, into }: { bytes: Uint8Array<ArrayBuffer>; into: Float32Array }): void {
  if (layout.bigEndian) swapBytes(bytes, scalarBytes(layout));
  const values = new VIEWS[layout.scalar](bytes.buffer, bytes.byteOffset, bytes.length / scalarBytes(layout));
  if (layout.scalar === 'float16') for (let i = 0; i < values.length; i++) into[i] = halfToFloat(values[i] as number);
  else if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    for (let i = 0; i < values.length; i++) into[i] = Number(values[i]);
  } else into.set(values);
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
