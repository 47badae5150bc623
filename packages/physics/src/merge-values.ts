import type { PatchValues } from './stitch.js';

/** Weight sum below which a merged pixel is zero, and what keeps the quotient finite, as in the merge on the engine. */
const EMPTY_BELOW = 1e-6;
const SMALLEST_DIVISOR = 1e-12;

/** Common objects of some groups. */
export interface MergedValues extends PatchValues {
  readonly coverage: Float32Array;
}

/** Options of {@link mergeValues}. */
export interface MergeValuesOptions {
  /** `[B * C * 2]`, (x, y) of each member: position - centre of its group in pixels. */
  readonly offsets: ArrayLike<number>;
  /** Members C of a group. */
  readonly channels: number;
  /** `[N * N]`, merge weights. */
  readonly weights: Float32Array;
  /** Added to the weight sum before dividing. */
  readonly divisorOffset: number;
}

/**
 * The central N x N of the common objects of B groups, `[B, N, N]`, from the patches `[B, C, N, N]` of their members:
 * sum_j shift(W, q_j) shift(O_j, q_j) / (sum_j shift(W, q_j) + offset), and as coverage the fraction of its full value each pixel holds.
 *
 * What `mergePatches` computes with products of matrices that gradients reach, here in plain loops over the pixels that count and without
 * a temporary per step: the way to merge where nothing is to be trained.
 *
 * @throws {RangeError} when values, offsets and channels do not fit together.
 */
export function mergeValues({ re, im }: Pick<PatchValues, 're' | 'im'>, options: MergeValuesOptions): MergedValues {
  const { offsets, channels, weights, divisorOffset } = options;
  const area = weights.length;
  const members = offsets.length / 2;
  const groups = members / channels;
  if (!Number.isInteger(groups) || re.length !== members * area || im.length !== re.length)
    throw new RangeError(`expected patches of groups of ${channels} with ${area} pixels for ${members} offsets, got ${re.length} values`);
  const merged = { re: new Float32Array(groups * area), im: new Float32Array(groups * area), coverage: new Float32Array(groups * area) };
  const size = Math.sqrt(area);
  const rows = { weight: new Float32Array(size + 2), re: new Float32Array(size + 2), im: new Float32Array(size + 2) };
  for (let k = 0; k < members; k++) {
    const to = Math.floor(k / channels) * area;
    addMember(merged, { re, im, weights, size, from: k * area, to, dx: offsets[2 * k] as number, dy: offsets[2 * k + 1] as number, rows });
  }
  divide(merged, divisorOffset);
  return merged;
}

/** One member: where its values begin, where those of its group begin, and how far it is moved. */
interface MovedMember {
  readonly re: Float32Array;
  readonly im: Float32Array;
  readonly weights: Float32Array;
  readonly size: number;
  readonly from: number;
  readonly to: number;
  readonly dx: number;
  readonly dy: number;
  /** One row between two rows of the patch, with a zero before and after, `[size + 2]` each. */
  readonly rows: { readonly weight: Float32Array; readonly re: Float32Array; readonly im: Float32Array };
}

/** Adds shift(W) shift(O) and shift(W), content moving by +dx columns and +dy rows, bilinear, zeros outside. */
function addMember(sums: MergedValues, member: MovedMember): void {
  const { size, to, dx, dy, rows } = member;
  const [whole, top] = [Math.floor(-dx), Math.floor(-dy)];
  const [right, down] = [-dx - whole, -dy - top];
  const [first, end] = [Math.max(0, -1 - whole), Math.min(size, size - whole)];
  const left = 1 - right;
  const { weight, re, im } = rows;
  const { re: sumRe, im: sumIm, coverage } = sums;
  for (let r = Math.max(0, -1 - top); r < Math.min(size, size - top); r++) {
    mixRows(member, r + top, down);
    let w = weight[first + whole + 1] as number;
    let a = re[first + whole + 1] as number;
    let b = im[first + whole + 1] as number;
    for (let at = to + r * size + first, next = first + whole + 2; next < end + whole + 2; at++, next++) {
      const nextW = weight[next] as number;
      const nextA = re[next] as number;
      const nextB = im[next] as number;
      const moved = left * w + right * nextW;
      sumRe[at] = (sumRe[at] as number) + moved * (left * a + right * nextA);
      sumIm[at] = (sumIm[at] as number) + moved * (left * b + right * nextB);
      coverage[at] = (coverage[at] as number) + moved;
      w = nextW;
      a = nextA;
      b = nextB;
    }
  }
}

/** Row `row` of weights and patch, moved `down` towards the next one; rows outside are zero. */
function mixRows({ re, im, weights, size, from, rows }: MovedMember, row: number, down: number): void {
  const above = row >= 0 ? 1 - down : 0;
  const below = row + 1 < size ? down : 0;
  const [a, b] = [Math.max(row, 0) * size, Math.min(row + 1, size - 1) * size];
  const { weight, re: mixedRe, im: mixedIm } = rows;
  for (let c = 0; c < size; c++) {
    weight[c + 1] = above * (weights[a + c] as number) + below * (weights[b + c] as number);
    mixedRe[c + 1] = above * (re[from + a + c] as number) + below * (re[from + b + c] as number);
    mixedIm[c + 1] = above * (im[from + a + c] as number) + below * (im[from + b + c] as number);
  }
}

/** Sums of weight * value and of weight become values and coverage. */
function divide({ re, im, coverage }: MergedValues, divisorOffset: number): void {
  for (let i = 0; i < re.length; i++) {
    const total = coverage[i] as number;
    const factor = total >= EMPTY_BELOW ? 1 / Math.max(total + divisorOffset, SMALLEST_DIVISOR) : 0;
    re[i] = (re[i] as number) * factor;
    im[i] = (im[i] as number) * factor;
    coverage[i] = total * factor;
  }
}
