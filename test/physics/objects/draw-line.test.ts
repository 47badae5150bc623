import { expect, it } from 'vitest';
import { drawLine } from '../../../packages/physics/src/objects/draw-line.js';

const draw = (from: readonly [number, number], to: readonly [number, number]): number[] => {
  const canvas = { height: 12, width: 15, data: new Float64Array(180) };
  drawLine(canvas, { column: from[0], row: from[1] }, { column: to[0], row: to[1] });
  return [...canvas.data.keys()].filter((i) => canvas.data[i] === 1);
};

it.each([
  ['level', [1, 2], [9, 2]],
  ['upright', [3, 11], [3, 0]],
  ['diagonal', [0, 0], [11, 11]],
  ['flat', [14, 3], [1, 6]],
  ['steep', [5, 1], [8, 10]],
  ['a point', [4, 4], [4, 4]],
] as const)('draws one pixel per step of the longer axis within half a pixel of the line: %s', (_, from, to) => {
  const pixels = draw(from, to).map((i) => [i % 15, Math.floor(i / 15)] as const);
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const steps = Math.max(Math.abs(dx), Math.abs(dy));
  expect(pixels.length).toBe(steps + 1);
  for (const end of [from, to]) expect(pixels).toContainEqual(end);
  for (const [x, y] of pixels) {
    const along = Math.abs(dx) >= Math.abs(dy) ? (x - from[0]) / dx : (y - from[1]) / dy;
    const t = steps === 0 ? 0 : along;
    expect(Math.max(Math.abs(from[0] + t * dx - x), Math.abs(from[1] + t * dy - y))).toBeLessThanOrEqual(0.5);
  }
});
