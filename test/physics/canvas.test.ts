import { canvasFor } from '@ptychokit/physics';
import { describe, expect, it } from 'vitest';

const x = [-3.25, 0, 4.75, 2, 2];
const y = [10.5, 12, 11.1, 14.999, 14.999];

describe('canvasFor', () => {
  it('starts at whole pixels and ends where the last sub-pixel spread ends', () => {
    expect(canvasFor({ x, y, size: 4 })).toEqual({ originX: -6, originY: 8, width: 13, height: 9 });
  });

  it('needs positions', () => {
    expect(() => canvasFor({ x: [], y: [], size: 4 })).toThrow(/finite positions, got 0/);
    expect(() => canvasFor({ x: [Number.NaN], y: [1], size: 4 })).toThrow(RangeError);
  });
});
