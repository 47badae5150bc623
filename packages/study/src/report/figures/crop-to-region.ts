import type { ComplexArray } from '@ptychokit/config';

/** A rectangle of an image with the scan coordinates of its first pixel. */
export interface RegionCrop {
  readonly object: ComplexArray;
  readonly region: Uint8Array | undefined;
  readonly origin: { readonly x: number; readonly y: number };
}

const RIM_PX = 4;

/** Cuts a complex image `[rows, columns]` to the bounding box of its region plus a small rim; without a region, or with an empty one, it stays whole. */
export function cropToRegion(object: ComplexArray, region: Uint8Array | undefined, origin = { x: 0, y: 0 }): RegionCrop {
  const [rows, columns] = object.shape as readonly [number, number];
  const box = region && boundingBox(region, columns);
  if (!region || !box) return { object, region, origin };
  const [top, bottom] = [Math.max(0, box.top - RIM_PX), Math.min(rows, box.bottom + RIM_PX)];
  const [left, right] = [Math.max(0, box.left - RIM_PX), Math.min(columns, box.right + RIM_PX)];
  const shape = [bottom - top, right - left] as const;
  const data = new Float32Array(2 * shape[0] * shape[1]);
  const inside = new Uint8Array(shape[0] * shape[1]);
  for (let row = top; row < bottom; row++) {
    const start = row * columns + left;
    data.set(object.data.subarray(2 * start, 2 * (start + shape[1])), 2 * (row - top) * shape[1]);
    inside.set(region.subarray(start, start + shape[1]), (row - top) * shape[1]);
  }
  return { object: { shape, data }, region: inside, origin: { x: origin.x + left, y: origin.y + top } };
}

function boundingBox(region: Uint8Array, columns: number): { top: number; bottom: number; left: number; right: number } | undefined {
  const box = { top: Number.POSITIVE_INFINITY, bottom: 0, left: Number.POSITIVE_INFINITY, right: 0 };
  for (let i = 0; i < region.length; i++) {
    if (region[i] !== 1) continue;
    const row = Math.floor(i / columns);
    const column = i - row * columns;
    box.top = Math.min(box.top, row);
    box.bottom = Math.max(box.bottom, row + 1);
    box.left = Math.min(box.left, column);
    box.right = Math.max(box.right, column + 1);
  }
  return box.bottom === 0 ? undefined : box;
}
