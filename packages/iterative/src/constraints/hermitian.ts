const SWEEPS = 50;
const SMALL = 1e-14;

/**
 * Conjugated eigenvectors of a Hermitian matrix as rows, largest eigenvalue first: with G = A A^H the rows of (result) A are orthogonal.
 * Cyclic Jacobi rotations (Golub & Van Loan, Matrix Computations, section 8.5); pairs of real and imaginary parts, `[n, n]`.
 */
export function hermitianEigenvectors(matrix: ArrayLike<number>, n: number): Float32Array {
  const a = Float64Array.from(matrix);
  const v = new Float64Array(2 * n * n);
  for (let i = 0; i < n; i++) v[2 * (i * n + i)] = 1;
  for (let sweep = 0; sweep < SWEEPS && offDiagonal(a, n) > SMALL * trace(a, n); sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate({ a, v, n }, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => (a[2 * (j * n + j)] as number) - (a[2 * (i * n + i)] as number));
  const result = new Float32Array(2 * n * n);
  order.forEach((column, row) => {
    for (let k = 0; k < n; k++) {
      result[2 * (row * n + k)] = v[2 * (k * n + column)] as number;
      result[2 * (row * n + k) + 1] = -(v[2 * (k * n + column) + 1] as number);
    }
  });
  return result;
}

interface Jacobi {
  readonly a: Float64Array;
  readonly v: Float64Array;
  readonly n: number;
}

/** One rotation G with G^H A G zero at (p, q). */
function rotate({ a, v, n }: Jacobi, p: number, q: number): void {
  const [re, im] = [a[2 * (p * n + q)] as number, a[2 * (p * n + q) + 1] as number];
  const size = Math.hypot(re, im);
  if (size === 0) return;
  const difference = (a[2 * (q * n + q)] as number) - (a[2 * (p * n + p)] as number);
  const ratio = difference / (2 * size);
  const t = (ratio >= 0 ? 1 : -1) / (Math.abs(ratio) + Math.sqrt(1 + ratio * ratio));
  const c = 1 / Math.sqrt(1 + t * t);
  const s = { re: (t * c * re) / size, im: (t * c * im) / size };
  // Columns p and q of A and V, then rows p and q of A.
  for (let k = 0; k < n; k++) {
    mix(a, [k * n + p, k * n + q], { c, s });
    mix(v, [k * n + p, k * n + q], { c, s });
  }
  for (let k = 0; k < n; k++) mix(a, [p * n + k, q * n + k], { c, s: { re: s.re, im: -s.im } });
}

/** x <- c x - conj(s) y, y <- s x + c y. */
function mix(
  values: Float64Array,
  [i, j]: readonly [number, number],
  { c, s }: { readonly c: number; readonly s: { readonly re: number; readonly im: number } },
): void {
  const [xr, xi] = [values[2 * i] as number, values[2 * i + 1] as number];
  const [yr, yi] = [values[2 * j] as number, values[2 * j + 1] as number];
  values[2 * i] = c * xr - (s.re * yr + s.im * yi);
  values[2 * i + 1] = c * xi - (s.re * yi - s.im * yr);
  values[2 * j] = c * yr + (s.re * xr - s.im * xi);
  values[2 * j + 1] = c * yi + (s.re * xi + s.im * xr);
}

function offDiagonal(a: Float64Array, n: number): number {
  let sum = 0;
  for (let p = 0; p < n; p++) {
    for (let q = p + 1; q < n; q++) sum += Math.hypot(a[2 * (p * n + q)] as number, a[2 * (p * n + q) + 1] as number);
  }
  return sum;
}

const trace = (a: Float64Array, n: number): number =>
  Array.from({ length: n }, (_, i) => Math.abs(a[2 * (i * n + i)] as number)).reduce((x, y) => x + y, 0);
