/**
 * Complex numbers outside the engine: `data` holds real and imaginary parts in turn (complex64), row-major.
 * `data.length` is twice the product of `shape`.
 */
export interface ComplexArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A complex array of zeros. */
export function complexZeros(shape: readonly number[]): ComplexArray {
  return { shape: [...shape], data: new Float32Array(2 * shape.reduce((a, b) => a * b, 1)) };
}

/** Moduli of a complex array, same order. */
export function complexAbs(array: ComplexArray): Float32Array {
  const { data } = array;
  return Float32Array.from({ length: data.length / 2 }, (_, i) => Math.hypot(data[2 * i] as number, data[2 * i + 1] as number));
}

/** Phases in radians, in (-pi, pi], same order. */
export function complexPhase(array: ComplexArray): Float32Array {
  const { data } = array;
  return Float32Array.from({ length: data.length / 2 }, (_, i) => Math.atan2(data[2 * i + 1] as number, data[2 * i] as number));
}
