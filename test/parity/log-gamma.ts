/** Logarithm of the gamma function for x >= 1 (Lanczos, g = 7, n = 9). */
export function logGamma(x: number): number {
  const c = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7]; // biome-ignore format: one line
  const t = x + 6.5;
  const sum = c.reduce((total, value, i) => (i === 0 ? value : total + value / (x - 1 + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** What a Poisson negative log likelihood r - n log r + log n! has above the deviance r - n log(r / n) - n, summed over counts. */
export function likelihoodOffset(counts: Iterable<number>, options: { readonly withFactorial: boolean }): number {
  let offset = 0;
  for (const n of counts) {
    offset += n - (n > 0 ? n * Math.log(n) : 0) + (options.withFactorial ? logGamma(n + 1) : 0);
  }
  return offset;
}
