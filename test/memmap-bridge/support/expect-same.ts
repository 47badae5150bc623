import { expect } from 'vitest';

/** Expects equal numbers (NaN equals NaN); for long arrays, which `toEqual` compares too slowly. */
export function expectSame(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i])) expect(`${actual[i]} at ${i}`).toBe(`${expected[i]} at ${i}`);
  }
}
