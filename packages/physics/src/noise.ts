import type { Random } from '@ptychokit/config';
import { logFactorial } from './log-factorial.js';

/** Below this mean counting up the distribution function is quicker than rejection, and rejection is not exact. */
const REJECTION_FROM = 10;

/**
 * Poisson deviate of the given mean, exact for every mean up to 2^31.
 *
 * Small means by inversion of the distribution function, large ones by transformed rejection with squeeze, algorithm PTRS of
 * W. Hörmann, Insurance: Mathematics and Economics 12, 39-45 (1993).
 *
 * @throws {RangeError} when the mean is negative or not a number.
 */
export function poisson(mean: number, random: Random): number {
  if (!(mean >= 0)) throw new RangeError(`expected a mean of at least 0, got ${mean}`);
  return mean < REJECTION_FROM ? byInversion(mean, random.uniform) : byRejection(mean, random.uniform);
}

/** Poisson deviates of `rates * scale` in order, one per pixel, into `counts`; the arrays may be the same. */
export function poissonCounts(rates: Float32Array, options: PoissonCountsOptions): Float32Array {
  const { random, scale = 1, into = new Float32Array(rates.length) } = options;
  const { uniform } = random;
  for (let i = 0; i < rates.length; i++) {
    const mean = (rates[i] as number) * scale;
    into[i] = mean < REJECTION_FROM ? byInversion(mean, uniform) : byRejection(mean, uniform);
  }
  return into;
}

/** Options of {@link poissonCounts}. */
export interface PoissonCountsOptions {
  readonly random: Random;
  /** Factor on every rate; default 1. */
  readonly scale?: number;
  /** Receives the counts; default a new array. */
  readonly into?: Float32Array;
}

/** Smallest k whose distribution function exceeds a uniform deviate. */
function byInversion(mean: number, uniform: () => number): number {
  if (!(mean > 0)) return 0;
  let rest = uniform();
  // 1 - mean <= exp(-mean): most dark pixels are decided without the exponential.
  if (rest < 1 - mean) return 0;
  let probability = Math.exp(-mean);
  rest -= probability;
  let count = 0;
  while (rest >= 0) {
    count += 1;
    probability *= mean / count;
    // Rounding leaves a sum of all probabilities just below 1; past the tail nothing is added any more.
    if (probability < 1e-30) return count;
    rest -= probability;
  }
  return count;
}

function byRejection(mean: number, uniform: () => number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= squeeze) return count;
    if (count < 0 || (us < 0.013 && v > us)) continue;
    const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
    const logMean = Math.log(mean);
    if (Math.log((v * inverseAlpha) / (a / (us * us) + b)) <= count * logMean - mean - logFactorial(count)) return count;
  }
}
