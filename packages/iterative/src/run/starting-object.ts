import { type ComplexArray, complexZeros, type SolveConfig } from '@ptychokit/config';
import type { RawData } from '@ptychokit/memmap-bridge';
import { SolveDataError } from '../errors.js';
import type { ObjectCanvas } from '../geometry/object-canvas.js';

/** An object to start from and where it lies. */
export interface StartingObject {
  /** `[H, W]` */
  readonly object: ComplexArray;
  /** Scan coordinates of its pixel (0, 0). */
  readonly origin: { readonly x: number; readonly y: number };
}

/** The first object on the canvas: ones, the guess of the file, or what the caller gave; ones where that does not reach. */
export function startingObject(
  request: { readonly config: SolveConfig; readonly raw: RawData; readonly initialObject?: StartingObject | undefined },
  canvas: ObjectCanvas,
): { readonly object: ComplexArray; readonly objectInit: 'ones' | 'guess' | 'custom' } {
  const { config, raw, initialObject } = request;
  const object = complexZeros([canvas.height, canvas.width]);
  for (let i = 0; i < object.data.length; i += 2) object.data[i] = 1;
  if (initialObject !== undefined) {
    copyOnto(object, canvas, initialObject);
    return { object, objectInit: 'custom' };
  }
  if (config.objectInit === 'ones') return { object, objectInit: 'ones' };
  if (raw.objectGuess === undefined) {
    throw new SolveDataError('The scan has no objectGuess to start from', { where: raw.source, fix: 'leave objectInit at ones' });
  }
  copyOnto(object, canvas, { object: raw.objectGuess, origin: { x: 0, y: 0 } });
  return { object, objectInit: 'guess' };
}

function copyOnto(target: ComplexArray, canvas: ObjectCanvas, { object, origin }: StartingObject): void {
  const [height = 0, width = 0] = object.shape;
  const [left, top] = [Math.round(canvas.originX - origin.x), Math.round(canvas.originY - origin.y)];
  for (let y = Math.max(0, -top); y < Math.min(canvas.height, height - top); y++) {
    const from = Math.max(0, -left);
    const to = Math.min(canvas.width, width - left);
    if (to <= from) continue;
    const source = 2 * ((y + top) * width + left + from);
    target.data.set(object.data.subarray(source, source + 2 * (to - from)), 2 * (y * canvas.width + from));
  }
}
