import type { ComplexArray } from '@ptychokit/config';
import type { NpzArray } from '../support/read-npz.js';

/** A complex array of a fixture, in another shape where one is given. */
export const complexArray = ({ shape, data }: NpzArray, reshaped: readonly number[] = shape): ComplexArray => ({
  shape: [...reshaped],
  data: Float32Array.from(data),
});
