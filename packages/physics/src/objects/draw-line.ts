import type { RealMap } from '../gaussian-blur.js';

/** A pixel of an image. */
export interface Pixel {
  readonly column: number;
  readonly row: number;
}

/** Sets the pixels of a straight line, both ends included, to 1 (Bresenham, IBM Systems Journal 4, 25 (1965)). */
export function drawLine({ width, data }: RealMap, from: Pixel, to: Pixel): void {
  const across = Math.abs(to.column - from.column);
  const down = -Math.abs(to.row - from.row);
  const [stepColumn, stepRow] = [Math.sign(to.column - from.column), Math.sign(to.row - from.row)];
  let { column, row } = from;
  let error = across + down;
  for (;;) {
    data[row * width + column] = 1;
    if (column === to.column && row === to.row) return;
    const twice = 2 * error;
    if (twice >= down) {
      error += down;
      column += stepColumn;
    }
    if (twice <= across) {
      error += across;
      row += stepRow;
    }
  }
}
