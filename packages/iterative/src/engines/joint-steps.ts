/** Inner products of one batch that decide the step lengths, one number per frame: u = D_j P_j, v = Q O_j, chi the correction. */
export interface StepProducts {
  /** sum |u|^2 */
  readonly objectPower: ArrayLike<number>;
  /** sum |v|^2 */
  readonly probePower: ArrayLike<number>;
  /** sum u conj(v) */
  readonly crossRe: ArrayLike<number>;
  readonly crossIm: ArrayLike<number>;
  /** sum Re(conj(u) chi) */
  readonly objectGain: ArrayLike<number>;
  /** sum Re(conj(v) chi) */
  readonly probeGain: ArrayLike<number>;
}

/** Step lengths of each frame. */
export interface StepLengths {
  readonly object: Float64Array;
  readonly probe: Float64Array;
}

/** Added to the diagonal, as a share of its mean over the batch. */
const DIAGONAL_SHARE = 0.1;
/** Sum over a frame of what is added per pixel, so that a dark frame divides by something. */
const DARK_POWER = 1.2e-7;
/** Step lengths are shortened by this. */
const CAUTION = 0.9;

/**
 * Least-squares step lengths of object and probe together, per frame: the real part of the solution of the two normal equations, not below 0.
 *
 * Source: Odstrcil, Menzel, Guizar-Sicairos, Opt. Express 26, 3108 (2018), eqs. 21 to 25.
 */
export function jointSteps(products: StepProducts): StepLengths {
  const a11 = damped(products.objectPower);
  const a22 = damped(products.probePower);
  const object = new Float64Array(a11.length);
  const probe = new Float64Array(a11.length);
  for (let j = 0; j < a11.length; j++) {
    const [p, q] = [a11[j] as number, a22[j] as number];
    const [re, im] = [products.crossRe[j] as number, products.crossIm[j] as number];
    const [b1, b2] = [products.objectGain[j] as number, products.probeGain[j] as number];
    const determinant = p * q - re * re - im * im;
    object[j] = CAUTION * Math.max(0, (q * b1 - re * b2) / determinant);
    probe[j] = CAUTION * Math.max(0, (p * b2 - re * b1) / determinant);
  }
  return { object, probe };
}

/** Step lengths of the object alone. */
export function objectSteps({ objectPower, objectGain }: Pick<StepProducts, 'objectPower' | 'objectGain'>): Float64Array {
  return damped(objectPower).map((power, j) => (CAUTION * Math.max(0, objectGain[j] as number)) / power);
}

function damped(powers: ArrayLike<number>): Float64Array {
  const sums = Float64Array.from({ length: powers.length }, (_, j) => (powers[j] as number) + DARK_POWER);
  const mean = sums.reduce((a, b) => a + b, 0) / sums.length;
  return sums.map((power) => power + DIAGONAL_SHARE * mean);
}

/** Mean of the values between the 10 % and the 90 % quantile (linear interpolation); of all values where none lies between, as with two. */
export function trimmedMean(values: Float64Array): number {
  const sorted = values.slice().sort();
  const quantile = (q: number): number => {
    const at = q * (sorted.length - 1);
    const below = Math.floor(at);
    const [low, high] = [sorted[below] as number, sorted[Math.min(below + 1, sorted.length - 1)] as number];
    return low + (at - below) * (high - low);
  };
  const [low, high] = [quantile(0.1), quantile(0.9)];
  const kept = sorted.filter((value) => value >= low && value <= high);
  return mean(kept.length === 0 ? sorted : kept);
}

/** Plain mean. */
export const mean = (values: Float64Array): number => values.reduce((a, b) => a + b, 0) / values.length;
