import {
  add,
  clone,
  div,
  expandDims,
  greaterEqual,
  matMul,
  max,
  maximum,
  mul,
  reshape,
  sum,
  Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor2d,
  tidy,
  tile,
  transpose,
  unstack,
} from '@tensorflow/tfjs-core';
import { absSquared, type ComplexPair, mapPair } from './complex-pair.js';
import { groupedShiftMatrix, type ShiftSize, shiftMatrixOfNumbers, shiftMatrixOfTensor } from './shift-matrix.js';
import { applyShift } from './translate.js';

/** Default of what is added to the weight sum before dividing, and the weight sum below which a merged pixel is zero. */
const DIVISOR_OFFSET = 0.001;
const EMPTY_BELOW = 1e-6;
/** Keeps the quotient finite where no weight is. */
const SMALLEST_DIVISOR = 1e-12;

/** How the patches of a group become the patches that are illuminated. */
export type ObjectMode = 'merged' | 'single' | 'independent';

/** Positions of B groups of C members relative to their centres. */
export interface GroupOffsets {
  /** `[B, C, 2]` as (x, y): position - centre in pixels. Plain numbers (B * C * 2) are constants; a tensor lets gradients reach them. */
  readonly offsets: ArrayLike<number> | Tensor;
}

/** Options of {@link mergePatches}. */
export interface MergeOptions extends GroupOffsets {
  /** Side M of the merged region, from {@link paddedSize}. */
  readonly size: number;
  /** `[N, N]`, from {@link centreWeights} or {@link probeWeights}. */
  readonly weights: Tensor;
  /**
   * Added to the weight sum before dividing, default 0.001. Weights without a sharp edge want 0: with the intensity of a probe the
   * offset would dim the object wherever the light is a hundred times weaker than at its peak, which is most of a probe's tail.
   */
  readonly divisorOffset?: number;
}

/** Options of {@link exchangePatches}; all but the mode and the offsets matter in mode `merged` alone. */
export interface ExchangeOptions extends GroupOffsets, Partial<Omit<MergeOptions, 'offsets'>> {
  readonly mode: ObjectMode;
}

/** Side M = N + (gridsize - 1) e, e even, of the smallest merged region that loses nothing of patches up to `maxAbsOffset` pixels off centre. */
export function paddedSize(N: number, { gridsize, maxAbsOffset }: { readonly gridsize: number; readonly maxAbsOffset: number }): number {
  if (gridsize === 1) return N;
  const steps = gridsize - 1;
  return N + steps * 2 * Math.ceil(Math.ceil(maxAbsOffset) / steps);
}

/** Merge weights `[N, N]`: 1 in the central N/2 square, 0 elsewhere. */
export function centreWeights(N: number): Tensor2D {
  const inside = (i: number): boolean => i >= N / 4 && i < (3 * N) / 4;
  return tensor2d(
    Float32Array.from({ length: N * N }, (_, i) => (inside(i % N) && inside(Math.floor(i / N)) ? 1 : 0)),
    [N, N],
  );
}

/** Merge weights `[N, N]`: the intensity of a probe `[N, N]` or `[modes, N, N]`, normalised to maximum 1. */
export function probeWeights(probe: ComplexPair): Tensor2D {
  return tidy(() => {
    const intensity = probe.re.rank === 3 ? sum(absSquared(probe), 0) : absSquared(probe);
    return div(intensity, max(intensity)) as Tensor2D;
  });
}

/**
 * Common object `[B, M, M]` of grouped patches `[B, C, N, N]`: sum_j shift(W, q_j) shift(O_j, q_j) / (sum_j shift(W, q_j) + 0.001), zero
 * where the weights sum to less than 1e-6.
 *
 * @throws {RangeError} when the offsets do not number B * C or the sizes differ by an odd number.
 */
export function mergePatches(patches: ComplexPair, options: MergeOptions): ComplexPair {
  return tidy(() => merge(patches, matricesOf(patches, options), options));
}

/** Patches `[B, C, size, size]` of merged objects `[B, M, M]`, moved back to each member: the central part of shift(R, -q_j). */
export function extractFromMerged(merged: ComplexPair, options: GroupOffsets & { readonly size: number }): ComplexPair {
  const [groups = 0, M = 0] = merged.re.shape;
  return tidy(() => extract(merged, groupMatrices(options.offsets, { groups, from: options.size, to: M })));
}

/**
 * The patches `[B, C, N, N]` that are illuminated, from what the network gives: `[B, C, N, N]`, in mode `single` `[B, 1, N, N]`.
 *
 * `independent` returns copies; `merged` merges the patches of a group and cuts each back out; `single` moves the group's one patch to each member.
 */
export function exchangePatches(patches: ComplexPair, options: ExchangeOptions): ComplexPair {
  const { mode, offsets, weights, divisorOffset = DIVISOR_OFFSET } = options;
  return tidy(() => {
    if (mode === 'independent') return mapPair(patches, (part) => clone(part));
    const [groups = 0, , N = 0] = patches.re.shape;
    if (mode === 'single') {
      const matrices = groupMatrices(offsets, { groups, from: N, to: N });
      return extract(
        mapPair(patches, (part) => reshape(part, [groups, N, N])),
        matrices,
      );
    }
    if (weights === undefined || options.size === undefined) throw new TypeError('expected size and weights for mode merged, got none');
    const matrices = matricesOf(patches, { offsets, size: options.size });
    return extract(merge(patches, matrices, { weights, divisorOffset }), matrices);
  });
}

/** Two-diagonal matrices of all members. */
interface GroupMatrices {
  readonly y: Tensor3D; // [B C, M, N]
  readonly x: Tensor3D; // [B C, M, N]
  /** Those of `y` side by side within each group, `[B, M, C N]`, so that one product serves all its members; made when asked for. */
  readonly groupedY: () => Tensor3D;
  readonly channels: number;
  readonly size: ShiftSize;
}

function matricesOf(patches: ComplexPair, options: GroupOffsets & { readonly size: number }): GroupMatrices {
  const [groups = 0, channels, N = 0] = patches.re.shape;
  const matrices = groupMatrices(options.offsets, { groups, from: N, to: options.size });
  if (matrices.channels !== channels)
    throw new RangeError(`expected offsets of ${groups} groups of ${channels}, got ${matrices.channels} each`);
  return matrices;
}

function groupMatrices(offsets: ArrayLike<number> | Tensor, options: ShiftSize & { readonly groups: number }): GroupMatrices {
  const { groups, from, to } = options;
  if ((to - from) % 2 !== 0) throw new RangeError(`expected sizes that differ by an even number, got ${from} and ${to}`);
  const members = (offsets instanceof Tensor ? offsets.size : offsets.length) / 2;
  const channels = members / groups;
  if (!Number.isInteger(channels)) throw new RangeError(`expected offsets of ${groups} equal groups, got ${members} members`);
  const size = { from, to };
  if (offsets instanceof Tensor) {
    const [dx, dy] = unstack(reshape(offsets, [members, 2]), 1) as [Tensor, Tensor];
    const y = shiftMatrixOfTensor(dy, size);
    const columns = transpose(reshape(y, [groups, channels, to, from]), [0, 2, 1, 3]);
    const groupedY = (): Tensor3D => reshape(columns, [groups, to, channels * from]);
    return { y, x: shiftMatrixOfTensor(dx, size), groupedY, channels, size };
  }
  const dx = Float64Array.from({ length: members }, (_, k) => offsets[2 * k] as number);
  const dy = Float64Array.from({ length: members }, (_, k) => offsets[2 * k + 1] as number);
  const groupedY = (): Tensor3D => groupedShiftMatrix(dy, { ...size, channels });
  return { y: shiftMatrixOfNumbers(dy, size), x: shiftMatrixOfNumbers(dx, size), groupedY, channels, size };
}

/** The shares of the members add up to almost one where any of them carries weight. */
function merge(patches: ComplexPair, matrices: GroupMatrices, options: Pick<MergeOptions, 'weights' | 'divisorOffset'>): ComplexPair {
  const { weights, divisorOffset = DIVISOR_OFFSET } = options;
  const { x, y, channels, size } = matrices;
  const { from, to } = size;
  const [members] = x.shape;
  const byGroup = (images: Tensor): Tensor => reshape(images, [members / channels, channels, to, to]);
  const moved = byGroup(applyShift(tile(expandDims(weights, 0), [members, 1, 1]), { x, y }));
  const total = sum(moved, 1, true);
  const divisor = maximum(add(total, divisorOffset), SMALLEST_DIVISOR);
  const share = div(mul(moved, greaterEqual(total, EMPTY_BELOW)), divisor); // [B, C, M, M]
  return mapPair(patches, (part) => sum(mul(byGroup(applyShift(reshape(part, [members, from, from]), { x, y })), share), 1));
}

/** The central N x N of shift(R, -q_j) for every member, `[B, C, N, N]`: the adjoint of moving by +q_j into the merged region. */
function extract(merged: ComplexPair, { groupedY, x, channels, size }: GroupMatrices): ComplexPair {
  const [members] = x.shape;
  const rowsOf = groupedY();
  return mapPair(merged, (part) => {
    const rows = reshape(matMul(rowsOf, part, true, false), [members, size.from, size.to]);
    return reshape(matMul(rows, x), [members / channels, channels, size.from, size.from]);
  });
}
