/** Beyond this the numbers of combinations are not exact; nobody exhausts that many either. */
const EXACT = 2 ** 52;

/** Numbers of combinations, `n` over `k` for n = 0 … `largest`, k = 0 … `size` (Pascal's triangle). */
export class Combinations {
  readonly size: number;
  readonly #width: number;
  readonly #table: Float64Array;

  /** @param size elements of a combination */
  constructor(largest: number, size: number) {
    this.size = size;
    this.#width = size + 1;
    this.#table = new Float64Array((largest + 1) * this.#width);
    for (let n = 0; n <= largest; n++) {
      this.#table[n * this.#width] = 1;
      for (let k = 1; k <= Math.min(n, size); k++) this.#table[n * this.#width + k] = this.count(n - 1, k - 1) + this.count(n - 1, k);
    }
  }

  /** `n` over `k`; Infinity where it cannot be counted exactly. */
  count(n: number, k = this.size): number {
    const value = this.#table[n * this.#width + k] as number;
    return value < EXACT ? value : Number.POSITIVE_INFINITY;
  }

  /** Writes the combination of a rank (combinatorial number system, rising elements): a bijection from 0 … count - 1. */
  unrank(rank: number, from: { readonly largest: number; readonly into: Int32Array }): void {
    let rest = rank;
    let element = from.largest - 1;
    for (let k = this.size; k >= 1; k--) {
      while (this.count(element, k) > rest) element--;
      from.into[k - 1] = element;
      rest -= this.count(element, k);
      element--;
    }
  }
}
