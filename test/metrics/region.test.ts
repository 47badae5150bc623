import { boundingBox, boxRegion, erode, largestBox, pixelsIn, type Region } from '@ptychokit/metrics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const drawn = (...rows: readonly string[]): Region => ({
  shape: [rows.length, (rows[0] as string).length],
  mask: Uint8Array.from(rows.join(''), (sign) => (sign === '#' ? 1 : 0)),
});

const printed = ({ shape, mask }: Region): string[] => {
  const text = Array.from(mask, (inside) => (inside === 1 ? '#' : '.')).join('');
  return Array.from({ length: shape[0] as number }, (_, r) => text.slice(r * (shape[1] as number), (r + 1) * (shape[1] as number)));
};

test('A box becomes a region', () => {
  expect(printed(boxRegion([3, 4], { top: 1, left: 1, rows: 2, cols: 2 }))).toEqual(['....', '.##.', '.##.']);
  expect(pixelsIn(boxRegion([3, 4]))).toBe(12);
});

test('A box that leaves the image is refused', () => {
  expect(() => boxRegion([3, 4], { top: 2, left: 0, rows: 2, cols: 2 })).toThrow('expected a box inside [3, 4]');
});

test('The bounding box is tight, and an empty region has none', () => {
  expect(boundingBox(drawn('.....', '..#..', '.#.#.'))).toEqual({ top: 1, left: 1, rows: 2, cols: 3 });
  expect(boundingBox(drawn('...'))).toBeUndefined();
});

test('Erosion takes the rim and what touches the edge of the image', () => {
  const region = drawn('#####', '#####', '#####', '####.', '.....');
  expect(printed(erode(region, 1))).toEqual(['.....', '.###.', '.##..', '.....', '.....']);
  expect(printed(erode(region, 0))).toEqual(printed(region));
  expect(pixelsIn(erode(region, 3))).toBe(0);
});

describe('The largest rectangle', () => {
  test.each<[Region, ReturnType<typeof largestBox>]>([
    [drawn('..#.', '.###', '.###', '..#.'), { top: 1, left: 1, rows: 2, cols: 3 }],
    [drawn('#..', '#..', '###'), { top: 0, left: 0, rows: 3, cols: 1 }],
    [drawn('####'), { top: 0, left: 0, rows: 1, cols: 4 }],
    [drawn('....'), undefined],
  ])('of region %# is found', (region, box) => {
    expect(largestBox(region)).toEqual(box);
  });

  test('is as large as any found by trying all', () => {
    const masks = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 })).chain(([rows, cols]) =>
      fc.record({
        shape: fc.constant([rows, cols]),
        mask: fc.uint8Array({ minLength: rows * cols, maxLength: rows * cols, max: 1 }),
      }),
    );
    fc.assert(
      fc.property(masks, (region) => {
        const box = largestBox(region);
        const area = box === undefined ? 0 : box.rows * box.cols;
        expect(area).toBe(bruteForceArea(region));
        if (box !== undefined) expect(isFull(region, box)).toBe(true);
      }),
      { seed: 1 },
    );
  });
});

function isFull({ shape, mask }: Region, box: { top: number; left: number; rows: number; cols: number }): boolean {
  for (let r = box.top; r < box.top + box.rows; r++)
    for (let c = box.left; c < box.left + box.cols; c++) if (mask[r * (shape[1] as number) + c] !== 1) return false;
  return true;
}

function bruteForceArea(region: Region): number {
  const [height, width] = region.shape as [number, number];
  let best = 0;
  for (let top = 0; top < height; top++)
    for (let left = 0; left < width; left++)
      for (let rows = 1; top + rows <= height; rows++)
        for (let cols = 1; left + cols <= width; cols++)
          if (rows * cols > best && isFull(region, { top, left, rows, cols })) best = rows * cols;
  return best;
}
