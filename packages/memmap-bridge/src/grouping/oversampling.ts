import type { Random } from '@ptychokit/config';
import { Combinations } from './combinations.js';
import { MemberSets } from './member-sets.js';
import type { Neighbours } from './neighbours.js';

/** How many groups to draw from which neighbours. */
export interface DrawOptions {
  readonly neighbours: Neighbours;
  /** Members of a group (C), the seed included. */
  readonly channels: number;
  readonly wanted: number;
  readonly random: Random;
  /** Take the first seeds where not all are needed, instead of a random choice. */
  readonly sequential: boolean;
}

/** Counting visits every set; more than this many are only bounded. */
const COUNTABLE = 5_000_000;

/**
 * Draws distinct groups: a seed and C - 1 of its nearest neighbours.
 *
 * Goes round the seeds, one new set each, until there are enough; a last round that is not needed in full takes a random part of the
 * seeds. No set comes twice, whichever seed it is drawn from. Every seed walks through its combinations in an order of its own
 * (random start, random step coprime to their number), so that nothing is missed: fewer groups than wanted means that no more exist.
 *
 * @returns `[groups, C]` rows of `neighbours`, the seed first
 */
export function drawMemberSets(options: DrawOptions): Int32Array {
  const { neighbours, channels, wanted } = options;
  const sets = new MemberSets(wanted, channels);
  const walks = new SeedWalks(options);
  let seeds: Int32Array<ArrayBufferLike> = Int32Array.from({ length: neighbours.indices.length / neighbours.width }, (_, i) => i);
  while (sets.count < wanted && seeds.length > 0) {
    const exhausted = new Set<number>();
    for (const seed of someOf(seeds, { ...options, size: wanted - sets.count })) if (!walks.addNext(seed, sets)) exhausted.add(seed);
    if (exhausted.size > 0) seeds = seeds.filter((seed) => !exhausted.has(seed));
  }
  return sets.members();
}

/**
 * How many distinct groups exist: sets of C images of which at least one has all the others among its nearest neighbours.
 * Exact where counting is affordable, otherwise an upper bound.
 */
export function countMemberSets(neighbours: Neighbours, channels: number): { readonly count: number; readonly exact: boolean } {
  const bound = boundMemberSets(neighbours, channels);
  if (bound > COUNTABLE) return { count: bound, exact: false };
  const combinations = new Combinations(neighbours.width, channels - 1);
  const images = neighbours.indices.length / neighbours.width;
  const chosen = new Int32Array(channels - 1);
  let count = 0;
  for (let seed = 0; seed < images; seed++) {
    const largest = neighbourCount(neighbours, seed);
    for (let rank = 0; rank < combinations.count(largest); rank++) {
      combinations.unrank(rank, { largest, into: chosen });
      if (isFirstSeed(neighbours, { seed, chosen })) count++;
    }
  }
  return { count, exact: true };
}

/** An upper bound of {@link countMemberSets}, at no cost: sets with several seeds count several times. */
export function boundMemberSets(neighbours: Neighbours, channels: number): number {
  const combinations = new Combinations(neighbours.width, channels - 1);
  const images = neighbours.indices.length / neighbours.width;
  let bound = 0;
  for (let seed = 0; seed < images; seed++) bound += combinations.count(neighbourCount(neighbours, seed));
  return bound;
}

/** Neighbours of one image that are there. */
export function neighbourCount({ width, indices }: Neighbours, image: number): number {
  let count = width;
  while (count > 0 && indices[image * width + count - 1] === -1) count--;
  return count;
}

/** True where no member with a smaller index is a seed of the same set: counts every set once. */
function isFirstSeed({ width, indices }: Neighbours, set: { seed: number; chosen: Int32Array }): boolean {
  const row = indices.subarray(set.seed * width, (set.seed + 1) * width);
  const members = [set.seed, ...Array.from(set.chosen, (k) => row[k] as number)];
  return !members.some((other) => {
    if (other >= set.seed) return false;
    const near = indices.subarray(other * width, (other + 1) * width);
    return members.every((member) => member === other || near.includes(member));
  });
}

/** `size` of the seeds, in their order; all where there are no more. */
function someOf(seeds: Int32Array, options: { size: number; random: Random; sequential: boolean }): Int32Array {
  const { size, random, sequential } = options;
  if (size >= seeds.length) return seeds;
  if (sequential) return seeds.subarray(0, size);
  return random
    .choose(seeds.length, size)
    .sort()
    .map((i) => seeds[i] as number);
}

/** For each seed, a walk through the combinations of its neighbours. */
class SeedWalks {
  readonly #neighbours: Neighbours;
  readonly #combinations: Combinations;
  readonly #random: Random;
  /** Next rank, step and number of visited ranks; the walk of a seed starts when it is first asked. */
  readonly #next: Float64Array;
  readonly #step: Float64Array;
  readonly #visited: Float64Array;
  readonly #chosen: Int32Array;
  readonly #group: Int32Array;

  constructor({ neighbours, channels, random }: DrawOptions) {
    const images = neighbours.indices.length / neighbours.width;
    this.#neighbours = neighbours;
    this.#combinations = new Combinations(neighbours.width, channels - 1);
    this.#random = random;
    this.#next = new Float64Array(images);
    this.#step = new Float64Array(images);
    this.#visited = new Float64Array(images);
    this.#chosen = new Int32Array(channels - 1);
    this.#group = new Int32Array(channels);
  }

  /** Adds the next set of this seed that is new; false where it has none left. */
  addNext(seed: number, sets: MemberSets): boolean {
    const largest = neighbourCount(this.#neighbours, seed);
    const total = this.#combinations.count(largest);
    while ((this.#visited[seed] as number) < total) {
      this.#visited[seed] = (this.#visited[seed] as number) + 1;
      if (Number.isFinite(total)) this.#combinations.unrank(this.#advance(seed, total), { largest, into: this.#chosen });
      else this.#drawAny(largest);
      this.#group[0] = seed;
      const row = seed * this.#neighbours.width;
      for (let k = 0; k < this.#chosen.length; k++) {
        this.#group[k + 1] = this.#neighbours.indices[row + (this.#chosen[k] as number)] as number;
      }
      if (sets.add(this.#group)) return true;
    }
    return false;
  }

  #advance(seed: number, total: number): number {
    if (this.#step[seed] === 0) {
      this.#next[seed] = this.#below(total);
      do this.#step[seed] = 1 + this.#below(total);
      while (greatestCommonDivisor(this.#step[seed] as number, total) !== 1);
    }
    const rank = this.#next[seed] as number;
    this.#next[seed] = (rank + (this.#step[seed] as number)) % total;
    return rank;
  }

  /** Uniform below `total`, which may have more bits than one draw gives. */
  #below(total: number): number {
    const fraction = (this.#random.integer(2 ** 21) + this.#random.uniform()) / 2 ** 21;
    return Math.min(total - 1, Math.floor(fraction * total));
  }

  /** Too many combinations to number: draws distinct neighbours one by one. */
  #drawAny(largest: number): void {
    for (let k = 0; k < this.#chosen.length; k++) {
      do this.#chosen[k] = this.#random.integer(largest);
      while (this.#chosen.indexOf(this.#chosen[k] as number) < k);
    }
    this.#chosen.sort();
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}
