import { BRIGHT_FRAME, lossWeights } from '@ptychokit/trainer';
import { describe, expect, it } from 'vitest';

describe('The weights of the diffraction terms', () => {
  it.each([
    ['dim', BRIGHT_FRAME / 2, { nll: 1, mae: 0 }],
    ['bright', BRIGHT_FRAME, { nll: 0, mae: 1 }],
  ])('follow the dose where none is given, %s frames', (_, meanCounts, expected) => {
    expect(lossWeights({ nllWeight: null, maeWeight: null }, meanCounts)).toEqual(expected);
  });

  it.each([
    [
      { nllWeight: 2, maeWeight: null },
      { nll: 2, mae: 0 },
    ],
    [
      { nllWeight: null, maeWeight: 0.5 },
      { nll: 0, mae: 0.5 },
    ],
    [
      { nllWeight: 2, maeWeight: 3 },
      { nll: 2, mae: 3 },
    ],
    [
      { nllWeight: 0, maeWeight: 0 },
      { nll: 0, mae: 0 },
    ],
  ])('%j are what they say at any dose', (given, expected) => {
    for (const meanCounts of [1, 1e12]) expect(lossWeights(given, meanCounts)).toEqual(expected);
  });
});
