import { type Field, fft2 } from '../fft.js';

/** Where the modulus of a transform is largest: frequencies in cycles per field, zero in the middle of their range. */
export interface TransformPeak {
  readonly row: number;
  readonly col: number;
  readonly modulus: number;
}

/**
 * The largest |sum f[r, c] exp(-2 pi i (row r / rows + col c / cols))| over real `row`, `col`, to a tenth: the peak of the fast
 * transform, refined by a transform on a finer grid around it (matrix products).
 *
 * Source of the refinement: Guizar-Sicairos, Thurman, Fienup, Opt. Lett. 33, 156 (2008).
 *
 * @param field indices beyond the middle stand for negative coordinates; overwritten; powers of two are fastest
 * @param limit largest |row| and |col| that are looked at
 */
export function transformPeak(field: Field, limit: { readonly row: number; readonly col: number }): TransformPeak {
  const original: Field = { ...field, re: field.re.slice(), im: field.im.slice() };
  fft2(field);
  return refinedPeak(original, coarsePeak(field, limit));
}

function coarsePeak({ rows, cols, re, im }: Field, limit: { readonly row: number; readonly col: number }): TransformPeak {
  let best: TransformPeak = { row: 0, col: 0, modulus: -1 };
  for (let r = 0; r < rows; r++) {
    const row = 2 * r < rows ? r : r - rows;
    if (Math.abs(row) > limit.row) continue;
    for (let c = 0; c < cols; c++) {
      const col = 2 * c < cols ? c : c - cols;
      if (Math.abs(col) > limit.col) continue;
      const modulus = Math.hypot(re[r * cols + c] as number, im[r * cols + c] as number);
      if (modulus > best.modulus) best = { row, col, modulus };
    }
  }
  return best;
}

function refinedPeak(field: Field, around: TransformPeak): TransformPeak {
  const offsets = Array.from({ length: 11 }, (_, k) => (k - 5) / 10);
  const vertical = offsets.map((offset) => wave(field.rows, around.row + offset));
  let best = around;
  for (const offset of offsets) {
    const col = around.col + offset;
    const sums = sumsAlongRows(field, wave(field.cols, col));
    for (let k = 0; k < offsets.length; k++) {
      const modulus = modulusOf(sums, vertical[k] as Pair);
      if (modulus > best.modulus) best = { row: around.row + (offsets[k] as number), col, modulus };
    }
  }
  return best;
}

type Pair = readonly [re: Float64Array, im: Float64Array];

/** Transform along the columns' axis at one frequency: one complex number for each row. */
function sumsAlongRows({ rows, cols, re, im }: Field, [cos, sin]: Pair): Pair {
  const sums: Pair = [new Float64Array(rows), new Float64Array(rows)];
  for (let r = 0; r < rows; r++) {
    let x = 0;
    let y = 0;
    for (let c = 0; c < cols; c++) {
      const a = re[r * cols + c] as number;
      const b = im[r * cols + c] as number;
      x += a * (cos[c] as number) + b * (sin[c] as number);
      y += b * (cos[c] as number) - a * (sin[c] as number);
    }
    sums[0][r] = x;
    sums[1][r] = y;
  }
  return sums;
}

function modulusOf([re, im]: Pair, [cos, sin]: Pair): number {
  let x = 0;
  let y = 0;
  for (let r = 0; r < re.length; r++) {
    x += (re[r] as number) * (cos[r] as number) + (im[r] as number) * (sin[r] as number);
    y += (im[r] as number) * (cos[r] as number) - (re[r] as number) * (sin[r] as number);
  }
  return Math.hypot(x, y);
}

function wave(length: number, frequency: number): Pair {
  const [cos, sin] = [new Float64Array(length), new Float64Array(length)];
  for (let i = 0; i < length; i++) {
    const angle = (2 * Math.PI * frequency * (2 * i < length ? i : i - length)) / length;
    cos[i] = Math.cos(angle);
    sin[i] = Math.sin(angle);
  }
  return [cos, sin];
}
