import type { ComplexArray } from '@ptychokit/config';
import type { Canvas } from '@ptychokit/physics';

/** Keeps the quotient of sums finite where nothing was added. */
const EPSILON = 1e-9;

/** Weights below this fraction of the largest are outside the region. */
const REGION_THRESHOLD = 0.01;

/**
 * Object and region from accumulated sums of weight * real part, weight * imaginary part and weight, `[height, width, 3]`.
 */
export function finishStitch(
  sums: Float32Array,
  { width, height }: Canvas,
): { readonly object: ComplexArray; readonly region: Uint8Array } {
  const area = width * height;
  const data = new Float32Array(2 * area);
  const region = new Uint8Array(area);
  let largest = 0;
  for (let i = 0; i < area; i++) largest = Math.max(largest, sums[3 * i + 2] as number);
  for (let i = 0; i < area; i++) {
    const weight = sums[3 * i + 2] as number;
    data[2 * i] = (sums[3 * i] as number) / (weight + EPSILON);
    data[2 * i + 1] = (sums[3 * i + 1] as number) / (weight + EPSILON);
    region[i] = weight > REGION_THRESHOLD * largest ? 1 : 0;
  }
  return { object: { shape: [height, width], data }, region };
}
