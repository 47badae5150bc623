/** Detector pixels that do not measure. */
export interface BadPixels {
  /** Never count where all their neighbours do. */
  readonly dead: readonly number[];
  /** Count far more than every neighbour. */
  readonly hot: readonly number[];
}

/** A pixel is dead when its neighbours all count this much and it does not: chance would do that with a probability of exp(-30). */
const CLEAR_COUNTS = 30;
/** A pixel is hot when it counts this many times more than the largest of its neighbours. Diffraction is smoother than that off the centre. */
const HOT_RATIO = 8;
/** Half width of the square at the centre where an undiffracted beam may be that sharp. */
const CENTRE = 2;

/** Dead and hot pixels by the counts of a whole scan, indices into `[N * N]`. */
export function findBadPixels(pixelCounts: Float64Array, N: number): BadPixels {
  const dead: number[] = [];
  const hot: number[] = [];
  for (let y = 0; y < N; y++) {
    for (let x = 0; x < N; x++) {
      const own = pixelCounts[y * N + x] as number;
      const { low, high } = neighbours(pixelCounts, { N, x, y });
      if (own === 0 && low > CLEAR_COUNTS) dead.push(y * N + x);
      const central = Math.abs(y - N / 2) <= CENTRE && Math.abs(x - N / 2) <= CENTRE;
      if (!central && own > CLEAR_COUNTS && own > HOT_RATIO * high + CLEAR_COUNTS) hot.push(y * N + x);
    }
  }
  return { dead, hot };
}

function neighbours(
  counts: Float64Array,
  { N, x, y }: { readonly N: number; readonly x: number; readonly y: number },
): { readonly low: number; readonly high: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (let v = Math.max(0, y - 1); v <= Math.min(N - 1, y + 1); v++) {
    for (let u = Math.max(0, x - 1); u <= Math.min(N - 1, x + 1); u++) {
      if (u === x && v === y) continue;
      const value = counts[v * N + u] as number;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return { low, high };
}
