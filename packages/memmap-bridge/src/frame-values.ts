import { FrameValueError } from './errors.js';

const EXPONENT_STEP = 0x0080_0000;

/** Where a gathered buffer came from, for messages. */
export interface FrameOrigin {
  readonly indices: ArrayLike<number>;
  /** Values per frame. */
  readonly pixels: number;
  readonly path: string;
}

/**
 * Refuses gathered amplitudes that are NaN, infinite or negative.
 *
 * @throws FrameValueError the first frame with such pixels, and how many it has
 */
export function assertCleanFrames(values: Float32Array, origin: FrameOrigin): void {
  const bits = new Int32Array(values.buffer, values.byteOffset, origin.indices.length * origin.pixels);
  if (!mayHoldBadValues(bits)) return;
  for (let k = 0; k < origin.indices.length; k++) {
    const badPixels = countBadValues(values.subarray(k * origin.pixels, (k + 1) * origin.pixels));
    if (badPixels > 0) throw badFrame(origin, origin.indices[k] as number, badPixels);
  }
}

/** Pixels that no amplitude can have: NaN, infinite or negative. */
export function countBadValues(values: Float32Array): number {
  if (!mayHoldBadValues(new Int32Array(values.buffer, values.byteOffset, values.length))) return 0;
  let bad = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) bad++;
  }
  return bad;
}

/**
 * One addition and two ORs per pixel, no branch: a sign bit is set at the end if a value was negative, or if its exponent was all ones,
 * because adding one exponent step then carries into the sign. (A negative zero is only a false alarm.)
 */
function mayHoldBadValues(bits: Int32Array): boolean {
  let signs = 0;
  for (let i = 0; i < bits.length; i++) {
    const b = bits[i] as number;
    signs |= b | (b + EXPONENT_STEP);
  }
  return signs < 0;
}

function badFrame(origin: FrameOrigin, frameIndex: number, badPixels: number): FrameValueError {
  return new FrameValueError(`A diffraction frame holds ${badPixels} pixels that are NaN, infinite or negative`, {
    path: origin.path,
    frameIndex,
    badPixels,
    fix: 'leave the frame out, or set its bad pixels to 0, and write the file again',
  });
}
