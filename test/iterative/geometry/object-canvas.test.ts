import { describe, expect, it } from 'vitest';
import { objectCanvas, roundHalfEven } from '../../../packages/iterative/src/geometry/object-canvas.js';
import { placementsOf } from '../../../packages/iterative/src/geometry/placements.js';

describe('The canvas of an object', () => {
  it('holds every patch with its margin, and a free block at the right', () => {
    const [x, y] = [
      [40.4, 90.6, 77],
      [33, 120.2, 50],
    ];
    const canvas = objectCanvas(x, y, { frameSize: 64, margin: 2 });
    expect(canvas).toMatchObject({ originX: 40 - 32 - 2, originY: 33 - 32 - 2, height: 120 - 33 + 64 + 4 });
    expect(canvas.width % 16).toBe(0);
    const { rows, columns } = placementsOf({ x, y }, { frameSize: 64, ...canvas });
    expect(Math.min(...rows)).toBe(2);
    expect(Math.max(...rows) + 64).toBe(canvas.height - 2);
    expect(Math.min(...columns)).toBe(2);
    expect(Math.max(...columns) + 64).toBeLessThanOrEqual(canvas.width - 16);
  });

  it('rounds halves to even numbers', () => {
    expect([0.5, 1.5, 2.5, -0.5, -1.5, 2.4, 2.6].map(roundHalfEven)).toEqual([0, 2, 2, 0, -2, 2, 3].map((n) => n + 0));
  });
});
