/** Differences of neighbours beyond this (the object has amplitude about 1) count as edges and are pulled no stronger. */
const EDGE = 0.1;

/** Largest curvature of the prior at a pixel with four neighbours. */
export const priorCurvature = (weight: number): number => 8 * weight;

/**
 * Gradient of the smoothness prior, `weight` times the sum over neighbouring pixels of the Huber-like edge^2 (sqrt(1 + |O_p - O_q|^2 / edge^2) - 1):
 * quadratic for small differences, linear at edges. Pairs of real and imaginary part, `[H, W]`. One pass over the object: on the engine it takes
 * thirty operations.
 *
 * Source: Charbonnier, Blanc-Feraud, Aubert, Barlaud, IEEE Trans. Image Process. 6, 298 (1997).
 */
export function priorGradient(object: Float32Array, { width, weight }: { readonly width: number; readonly weight: number }): Float32Array {
  const gradient = new Float32Array(object.length);
  const row = 2 * width;
  for (let at = 0; at < object.length; at += 2) {
    if ((at + 2) % row !== 0) pull(object, gradient, { at, to: at + 2, weight });
    if (at + row < object.length) pull(object, gradient, { at, to: at + row, weight });
  }
  return gradient;
}

function pull(
  object: Float32Array,
  gradient: Float32Array,
  { at, to, weight }: { readonly at: number; readonly to: number; readonly weight: number },
): void {
  const re = (object[to] as number) - (object[at] as number);
  const im = (object[to + 1] as number) - (object[at + 1] as number);
  if (re === 0 && im === 0) return;
  const force = weight / Math.sqrt(1 + (re * re + im * im) / (EDGE * EDGE));
  gradient[at] = (gradient[at] as number) - force * re;
  gradient[at + 1] = (gradient[at + 1] as number) - force * im;
  gradient[to] = (gradient[to] as number) + force * re;
  gradient[to + 1] = (gradient[to + 1] as number) + force * im;
}
