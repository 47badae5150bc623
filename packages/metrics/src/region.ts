import { sizeOf } from './image.js';

/** A rectangle of pixels. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly cols: number;
}

/** The pixels that are scored: `mask[i]` is 1 inside, 0 outside, shape `[rows, cols]`. */
export interface Region {
  readonly shape: readonly number[];
  readonly mask: Uint8Array;
}

/** The region of a rectangle, or of the whole image. */
export function boxRegion(shape: readonly number[], box?: Box): Region {
  const [rows, cols] = sizeOf({ shape });
  const { top, left, rows: height, cols: width } = box ?? { top: 0, left: 0, rows, cols };
  if (top < 0 || left < 0 || height < 0 || width < 0 || top + height > rows || left + width > cols) {
    throw new RangeError(`expected a box inside [${rows}, ${cols}], got rows ${top}…${top + height}, columns ${left}…${left + width}`);
  }
  const mask = new Uint8Array(rows * cols);
  for (let y = top; y < top + height; y++) mask.fill(1, y * cols + left, y * cols + left + width);
  return { shape: [rows, cols], mask };
}

/** The given region, or the whole image; its shape is checked. */
export function regionFor(image: { readonly shape: readonly number[] }, region: Region | undefined): Region {
  const [rows, cols] = sizeOf(image);
  if (region === undefined) return boxRegion(image.shape);
  if (region.shape[0] !== rows || region.shape[1] !== cols || region.mask.length !== rows * cols) {
    throw new RangeError(
      `expected a region of shape [${rows}, ${cols}], got [${region.shape.join(', ')}] with ${region.mask.length} pixels`,
    );
  }
  return region;
}

/** Number of pixels in a region. */
export function pixelsIn({ mask }: Region): number {
  let count = 0;
  for (let i = 0; i < mask.length; i++) count += mask[i] as number;
  return count;
}

/** The smallest rectangle around a region; undefined when it is empty. */
export function boundingBox(region: Region): Box | undefined {
  const [rows, cols] = sizeOf(region);
  let [top, left, bottom, right] = [rows, cols, -1, -1];
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < cols; x++) {
      if (region.mask[y * cols + x] !== 1) continue;
      top = Math.min(top, y);
      bottom = y;
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
  }
  return bottom < 0 ? undefined : { top, left, rows: bottom - top + 1, cols: right - left + 1 };
}

/** The pixels whose whole square window of `2 * radius + 1` pixels lies in the region (and in the image). */
export function erode(region: Region, radius: number): Region {
  const [rows, cols] = sizeOf(region);
  const alongRows = erodeLines(region.mask, { lines: rows, length: cols, stride: 1, step: cols, radius });
  return { shape: region.shape, mask: erodeLines(alongRows, { lines: cols, length: rows, stride: cols, step: 1, radius }) };
}

interface Lines {
  readonly lines: number;
  readonly length: number;
  /** Distance in memory between neighbours of one line, and between the starts of lines. */
  readonly stride: number;
  readonly step: number;
  readonly radius: number;
}

function erodeLines(mask: Uint8Array, { lines, length, stride, step, radius }: Lines): Uint8Array {
  const result = new Uint8Array(mask.length);
  for (let line = 0; line < lines; line++) {
    let run = 0;
    for (let i = 0; i < length; i++) {
      run = mask[line * step + i * stride] === 1 ? run + 1 : 0;
      if (run > 2 * radius) result[line * step + (i - radius) * stride] = 1;
    }
  }
  return result;
}

/** The largest rectangle inside a region (by area, the first of equals); undefined when the region is empty. */
export function largestBox(region: Region): Box | undefined {
  const [rows, cols] = sizeOf(region);
  const heights = new Int32Array(cols + 1);
  let best: Box | undefined;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < cols; x++) heights[x] = region.mask[y * cols + x] === 1 ? (heights[x] as number) + 1 : 0;
    const { left, height, width } = largestUnder(heights);
    if (height * width > (best === undefined ? 0 : best.rows * best.cols)) best = { top: y - height + 1, left, rows: height, cols: width };
  }
  return best;
}

/** The largest rectangle under a histogram whose last height is 0, by a stack of rising heights. */
function largestUnder(heights: Int32Array): { readonly left: number; readonly height: number; readonly width: number } {
  const stack: number[] = [];
  let best = { left: 0, height: 0, width: 0 };
  for (let x = 0; x < heights.length; x++) {
    while (stack.length > 0 && (heights[stack.at(-1) as number] as number) >= (heights[x] as number)) {
      const height = heights[stack.pop() as number] as number;
      const left = stack.length === 0 ? 0 : (stack.at(-1) as number) + 1;
      if (height * (x - left) > best.height * best.width) best = { left, height, width: x - left };
    }
    stack.push(x);
  }
  return best;
}
