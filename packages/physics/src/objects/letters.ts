import type { Random } from '@ptychokit/config';
import { gaussianBlur, type RealMap } from '../gaussian-blur.js';

/** Options of {@link lettersMap}. */
export interface LettersOptions {
  readonly height: number;
  readonly width: number;
  readonly random: Random;
  /** Letters to draw from; default A to Z. */
  readonly alphabet?: string;
  /** Height of a letter in pixels, smallest and largest; default 10 and 40. */
  readonly heightPx?: readonly [smallest: number, largest: number];
  /** Number of letters; default enough to cover the area about once. */
  readonly count?: number;
  /** Standard deviation of the edges in pixels; default 0.7. */
  readonly edgeSigma?: number;
}

/** Letters of random size, place, turn and height in 0 … 1, later ones over earlier ones. */
export function lettersMap(options: LettersOptions): RealMap {
  const { height, width, random, alphabet = LETTERS, heightPx = [10, 40], edgeSigma = 0.7 } = options;
  const unknown = [...alphabet].find((letter) => !GLYPHS.has(letter));
  if (alphabet === '' || unknown !== undefined) throw new RangeError(`expected letters of A to Z, got ${JSON.stringify(unknown ?? '')}`);
  const meanHeight = (heightPx[0] + heightPx[1]) / 2;
  const { count = Math.ceil((height * width) / (meanHeight ** 2 * ASPECT)) } = options;
  const map = { height, width, data: new Float64Array(height * width) };
  for (let k = 0; k < count; k++) {
    const letter = alphabet[random.integer(alphabet.length)] as string;
    drawLetter(map, {
      glyph: GLYPHS.get(letter) as readonly number[],
      column: random.uniform() * width,
      row: random.uniform() * height,
      size: heightPx[0] + (heightPx[1] - heightPx[0]) * random.uniform(),
      angle: 2 * Math.PI * random.uniform(),
      value: 0.25 + 0.75 * random.uniform(),
    });
  }
  return gaussianBlur(map, edgeSigma);
}

const ROWS = 7;
const COLUMNS = 5;
const ASPECT = COLUMNS / ROWS;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Letters on a grid of 5 x 7 cells, one number per row, leftmost cell in the highest bit. */
const PATTERNS: readonly (readonly number[])[] = [
  [14, 17, 17, 31, 17, 17, 17],
  [30, 17, 17, 30, 17, 17, 30],
  [14, 17, 16, 16, 16, 17, 14],
  [30, 17, 17, 17, 17, 17, 30],
  [31, 16, 16, 30, 16, 16, 31],
  [31, 16, 16, 30, 16, 16, 16],
  [14, 17, 16, 23, 17, 17, 14],
  [17, 17, 17, 31, 17, 17, 17],
  [14, 4, 4, 4, 4, 4, 14],
  [7, 2, 2, 2, 2, 18, 12],
  [17, 18, 20, 24, 20, 18, 17],
  [16, 16, 16, 16, 16, 16, 31],
  [17, 27, 21, 21, 17, 17, 17],
  [17, 25, 21, 19, 17, 17, 17],
  [14, 17, 17, 17, 17, 17, 14],
  [30, 17, 17, 30, 16, 16, 16],
  [14, 17, 17, 17, 21, 18, 13],
  [30, 17, 17, 30, 20, 18, 17],
  [15, 16, 16, 14, 1, 1, 30],
  [31, 4, 4, 4, 4, 4, 4],
  [17, 17, 17, 17, 17, 17, 14],
  [17, 17, 17, 17, 17, 10, 4],
  [17, 17, 17, 21, 21, 27, 17],
  [17, 17, 10, 4, 10, 17, 17],
  [17, 17, 10, 4, 4, 4, 4],
  [31, 1, 2, 4, 8, 16, 31],
];

const GLYPHS: ReadonlyMap<string, readonly number[]> = new Map([...LETTERS].map((letter, i) => [letter, PATTERNS[i] as readonly number[]]));

interface PlacedLetter {
  readonly glyph: readonly number[];
  readonly column: number;
  readonly row: number;
  readonly size: number;
  readonly angle: number;
  readonly value: number;
}

function drawLetter({ height, width, data }: RealMap, { glyph, column, row, size, angle, value }: PlacedLetter): void {
  const reach = Math.ceil(size);
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const cell = size / ROWS;
  for (let r = Math.max(0, Math.floor(row) - reach); r <= Math.min(height - 1, Math.floor(row) + reach); r++) {
    for (let c = Math.max(0, Math.floor(column) - reach); c <= Math.min(width - 1, Math.floor(column) + reach); c++) {
      const [x, y] = [c - column, r - row];
      const glyphColumn = Math.floor((x * cosine + y * sine) / cell + COLUMNS / 2);
      const glyphRow = Math.floor((y * cosine - x * sine) / cell + ROWS / 2);
      if (glyphColumn < 0 || glyphColumn >= COLUMNS) continue;
      if ((((glyph[glyphRow] ?? 0) >> (COLUMNS - 1 - glyphColumn)) & 1) === 1) data[r * width + c] = value;
    }
  }
}
