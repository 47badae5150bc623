import { type NeighbourIndexFactory, pointGrid } from './point-grid.js';

/** Overlap of two discs of equal diameter, as a fraction of the area of one; 0 at a distance of a diameter and beyond. */
export function discOverlap(distance: number, diameter: number): number {
  if (!(diameter > 0)) throw new RangeError(`expected a positive diameter, got ${diameter}`);
  if (distance >= diameter) return 0;
  const ratio = distance / diameter;
  return (2 / Math.PI) * (Math.acos(ratio) - ratio * Math.sqrt(1 - ratio * ratio));
}

/** Positions and groups of one split, as they were measured. */
export interface OverlapInput {
  /** Positions of all images, in pixels. */
  readonly xcoords: ArrayLike<number>;
  readonly ycoords: ArrayLike<number>;
  /** Indices of the members of each group, `channels` at a time. For single images: every image once, with `channels` 1. */
  readonly members: ArrayLike<number>;
  readonly channels: number;
  /** K: the nearest images each one is compared with. */
  readonly neighborCount: number;
  readonly probeDiameterPx: number;
  /** How neighbours are found; a uniform grid by default. Flatbush indices fit. */
  readonly neighbourIndex?: NeighbourIndexFactory;
}

/** The three overlap metrics of a selection of frames; 1 is full overlap. */
export interface OverlapMetrics {
  /** Mean overlap of the members of a group with their up to K nearest fellows; null for groups of one. */
  readonly groupBased: number | null;
  /** Mean overlap of the images at distinct positions with their K nearest others; null for fewer than two. */
  readonly imageBased: number | null;
  /** Mean over groups of the mean overlap with every other group whose centre is nearer than a diameter (0 when there is none). */
  readonly groupToGroup: number | null;
  readonly uniqueImages: number;
  readonly groups: number;
}

/** The three overlap metrics of a split (STUDY, "Overlap metrics"). */
export function overlapMetrics(input: OverlapInput): OverlapMetrics {
  const { members, channels } = input;
  if (!Number.isInteger(channels) || channels < 1 || members.length % channels !== 0) {
    throw new RangeError(`expected whole groups of ${channels} members, got ${members.length} members`);
  }
  const images = uniquePoints(input);
  return {
    groupBased: channels === 1 ? null : meanWithinGroups(input),
    imageBased: meanToNearest(images, input),
    groupToGroup: meanBetween(centresOf(input), input),
    uniqueImages: images.xs.length,
    groups: members.length / channels,
  };
}

interface Points {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
}

type Search = Pick<OverlapInput, 'neighborCount' | 'probeDiameterPx' | 'neighbourIndex'>;

/** One of the images at every place, in the order of the scan. */
function uniquePoints({ xcoords, ycoords }: OverlapInput): Points {
  const x = (i: number): number => xcoords[i] as number;
  const y = (i: number): number => ycoords[i] as number;
  const order = Int32Array.from({ length: xcoords.length }, (_, i) => i).sort((i, j) => x(i) - x(j) || y(i) - y(j) || i - j);
  const chosen = order.filter((i, k) => k === 0 || x(i) !== x(order[k - 1] as number) || y(i) !== y(order[k - 1] as number)).sort();
  return { xs: Float64Array.from(chosen, x), ys: Float64Array.from(chosen, y) };
}

function meanToNearest({ xs, ys }: Points, { neighborCount, probeDiameterPx, neighbourIndex = pointGrid }: Search): number | null {
  if (xs.length < 2) return null;
  const index = neighbourIndex(xs, ys);
  let total = 0;
  for (let i = 0; i < xs.length; i++) {
    const found = index.neighbors(xs[i] as number, ys[i] as number, neighborCount + 1).filter((j) => j !== i);
    const nearest = found.slice(0, neighborCount);
    let sum = 0;
    for (const j of nearest) sum += discOverlap(distance({ xs, ys }, [i, j]), probeDiameterPx);
    total += sum / Math.max(1, nearest.length);
  }
  return total / xs.length;
}

function meanWithinGroups({ xcoords, ycoords, members, channels, neighborCount, probeDiameterPx }: OverlapInput): number | null {
  if (members.length === 0) return null;
  const points = { xs: Float64Array.from(xcoords), ys: Float64Array.from(ycoords) };
  let total = 0;
  for (let m = 0; m < members.length; m++) {
    const start = m - (m % channels);
    const distances: number[] = [];
    for (let other = start; other < start + channels; other++) {
      if (other !== m) distances.push(distance(points, [members[m] as number, members[other] as number]));
    }
    const nearest = distances.sort((a, b) => a - b).slice(0, neighborCount);
    total += nearest.reduce((sum, d) => sum + discOverlap(d, probeDiameterPx), 0) / nearest.length;
  }
  return total / members.length;
}

function meanBetween(centres: Points, { probeDiameterPx, neighbourIndex = pointGrid }: Search): number | null {
  const { xs, ys } = centres;
  if (xs.length === 0) return null;
  const index = neighbourIndex(xs, ys);
  let total = 0;
  for (let i = 0; i < xs.length; i++) {
    let [sum, count] = [0, 0];
    for (const j of index.neighbors(xs[i] as number, ys[i] as number, Number.POSITIVE_INFINITY, probeDiameterPx)) {
      const d = distance(centres, [i, j]);
      if (j === i || d >= probeDiameterPx) continue;
      sum += discOverlap(d, probeDiameterPx);
      count++;
    }
    total += count === 0 ? 0 : sum / count;
  }
  return total / xs.length;
}

function centresOf({ xcoords, ycoords, members, channels }: OverlapInput): Points {
  const xs = new Float64Array(members.length / channels);
  const ys = new Float64Array(xs.length);
  for (let m = 0; m < members.length; m++) {
    const group = Math.floor(m / channels);
    xs[group] = (xs[group] as number) + (xcoords[members[m] as number] as number) / channels;
    ys[group] = (ys[group] as number) + (ycoords[members[m] as number] as number) / channels;
  }
  return { xs, ys };
}

function distance({ xs, ys }: Points, [i, j]: readonly [number, number]): number {
  return Math.hypot((xs[i] as number) - (xs[j] as number), (ys[i] as number) - (ys[j] as number));
}
