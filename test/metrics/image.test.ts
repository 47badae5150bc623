import { amplitudeOf, boxRegion, mae, NonFiniteImageError, phaseOf, score } from '@ptychokit/metrics';
import { describe, expect, test } from 'vitest';
import { realImage, waves } from './sample-images.js';

test('Amplitude and phase come apart', () => {
  const image = { shape: [1, 3], data: Float32Array.of(3, 4, 0, -2, -1, 0) };
  expect([...amplitudeOf(image).data]).toEqual([5, 2, 1]);
  expect([...phaseOf(image).data]).toEqual([Math.atan2(4, 3), -Math.PI / 2, Math.PI]);
});

describe('Images that cannot be compared are refused', () => {
  const truth = realImage([
    [1, 2],
    [3, 4],
  ]);

  test.each([
    ['another shape', realImage([[1, 2, 3, 4]]), 'expected images of the same shape, got [2, 2] and [1, 4]'],
    ['too few numbers', { shape: [2, 2], data: new Float64Array(3) }, 'expected 4 numbers in the image, got 3'],
    ['a stack', { shape: [1, 2, 2], data: new Float64Array(4) }, 'expected an image of shape [rows, cols], got [1, 2, 2]'],
  ])('%s', (_, image, message) => {
    expect(() => mae(truth, image)).toThrow(message);
  });

  test('NaN and infinity, with the number of pixels', () => {
    const image = realImage([
      [Number.NaN, 2],
      [Number.POSITIVE_INFINITY, 4],
    ]);
    expect(() => mae(truth, image)).toThrow(NonFiniteImageError);
    expect(() => mae(truth, image)).toThrow('got NaN or infinity in 2 pixels of the image');
    expect(() =>
      mae(
        realImage([
          [Number.NaN, 2],
          [3, 4],
        ]),
        truth,
      ),
    ).toThrow('in 1 pixel of the truth');
  });

  test('A complex pixel counts once, whichever of its parts is bad', () => {
    const truth = waves(1, [20, 20]);
    const data = truth.data.slice();
    data[10] = Number.NaN;
    data[11] = Number.NaN;
    data[21] = Number.NEGATIVE_INFINITY;
    expect(() => score(truth, { shape: truth.shape, data }, { region: boxRegion([20, 20]) })).toThrow('in 2 pixels of the image');
  });
});
