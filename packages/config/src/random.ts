import { createHash } from 'node:crypto';
import { randomNormal, randomPoisson } from 'd3-random';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

/** What a {@link Random} needs to go on where it stopped. */
export type RandomState = readonly number[];

/**
 * A seeded stream of random numbers with a name.
 *
 * Two streams with different names are independent, and a stream depends on nothing but its seed and its name, so that adding a
 * consumer of randomness in one place never changes the numbers elsewhere. Every integer is a seed, 0 included.
 */
export class Random {
  #generator: ReturnType<typeof xoroshiro128plusFromState>;
  readonly #seed: number;
  readonly #path: readonly (string | number)[];
  readonly #normal: () => number;

  constructor(seed: number, ...path: readonly (string | number)[]) {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`expected the seed to be an integer, got ${seed}`);
    this.#seed = seed;
    this.#path = path;
    this.#generator = xoroshiro128plusFromState(initialState(seed, path));
    // Each call draws a fresh pair, so that the state of the stream is the generator's alone.
    this.#normal = () => randomNormal.source(this.uniform)()();
  }

  /** An independent stream named below this one; it does not depend on how much of this one was used. */
  stream(...path: readonly (string | number)[]): Random {
    return new Random(this.#seed, ...this.#path, ...path);
  }

  /** Uniform in [0, 1), 32 bits of resolution. */
  readonly uniform = (): number => (this.#generator.next() >>> 0) / 0x1_0000_0000;

  /** Integer in [0, count). */
  integer(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Standard normal deviate. */
  normal(): number {
    return this.#normal();
  }

  /** `count` standard normal deviates; faster than one at a time. */
  normals(count: number): Float64Array {
    const draw = randomNormal.source(this.uniform)();
    return Float64Array.from({ length: count }, draw);
  }

  /** Poisson deviate of the given mean. */
  poisson(mean: number): number {
    return mean > 0 ? randomPoisson.source(this.uniform)(mean)() : 0;
  }

  /** A uniformly random order of 0 … count - 1 (Fisher and Yates). */
  permutation(count: number): Int32Array {
    const order = Int32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swap = order[i] as number;
      order[i] = order[j] as number;
      order[j] = swap;
    }
    return order;
  }

  /** `size` distinct numbers below `count`, in random order. */
  choose(count: number, size: number): Int32Array {
    if (size > count) throw new RangeError(`expected at most ${count} to choose from ${count}, got ${size}`);
    return this.permutation(count).slice(0, size);
  }

  /** Position of the stream, for a checkpoint. */
  get state(): RandomState {
    return this.#generator.getState();
  }

  /** The stream of this seed and name, at a stored position. */
  at(state: RandomState): Random {
    const copy = new Random(this.#seed, ...this.#path);
    copy.#generator = xoroshiro128plusFromState(state);
    return copy;
  }
}

function initialState(seed: number, path: readonly (string | number)[]): number[] {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...path]))
    .digest();
  return [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset) | (offset === 0 ? 1 : 0));
}
