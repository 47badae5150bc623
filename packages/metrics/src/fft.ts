/**
 * Discrete Fourier transforms of one length, in place on separate real and imaginary parts: sum of f[k] exp(-2 pi i j k / n).
 * Powers of two by radix 2, other lengths by the chirp of Bluestein (IEEE Trans. Audio Electroacoust. 18, 451 (1970)).
 */
export class Fft {
  readonly length: number;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #reversed: Int32Array;
  readonly #chirp: Chirp | undefined;

  constructor(length: number) {
    if (!Number.isInteger(length) || length < 1) throw new RangeError(`expected a positive length, got ${length}`);
    this.length = length;
    const radix2 = (length & (length - 1)) === 0;
    const size = radix2 ? length : 0;
    this.#cos = Float64Array.from({ length: size >> 1 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
    this.#sin = Float64Array.from({ length: size >> 1 }, (_, k) => Math.sin((2 * Math.PI * k) / size));
    this.#reversed = reversedBits(size);
    this.#chirp = radix2 ? undefined : new Chirp(length);
  }

  transform(re: Float64Array, im: Float64Array): void {
    if (this.#chirp !== undefined) this.#chirp.transform(re, im);
    else this.#radix2(re, im);
  }

  #radix2(re: Float64Array, im: Float64Array): void {
    const n = this.length;
    for (let i = 0; i < n; i++) {
      const j = this.#reversed[i] as number;
      if (j <= i) continue;
      const a = re[i] as number;
      const b = im[i] as number;
      re[i] = re[j] as number;
      im[i] = im[j] as number;
      re[j] = a;
      im[j] = b;
    }
    for (let half = 1; half < n; half *= 2) {
      const stride = n / (2 * half);
      for (let start = 0; start < n; start += 2 * half) this.#butterflies(re, im, { start, half, stride });
    }
  }

  #butterflies(re: Float64Array, im: Float64Array, at: { readonly start: number; readonly half: number; readonly stride: number }): void {
    const { start, half, stride } = at;
    for (let k = 0; k < half; k++) {
      const c = this.#cos[k * stride] as number;
      const s = this.#sin[k * stride] as number;
      const i = start + k;
      const j = i + half;
      const x = (re[j] as number) * c + (im[j] as number) * s;
      const y = (im[j] as number) * c - (re[j] as number) * s;
      re[j] = (re[i] as number) - x;
      im[j] = (im[i] as number) - y;
      re[i] = (re[i] as number) + x;
      im[i] = (im[i] as number) + y;
    }
  }
}

/** A transform of any length as a convolution of a power-of-two length. */
class Chirp {
  readonly #n: number;
  readonly #fft: Fft;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #kernelRe: Float64Array;
  readonly #kernelIm: Float64Array;

  constructor(n: number) {
    let m = 1;
    while (m < 2 * n - 1) m *= 2;
    this.#n = n;
    this.#fft = new Fft(m);
    // k^2 modulo 2n, so that the angle keeps its precision for long transforms.
    this.#cos = Float64Array.from({ length: n }, (_, k) => Math.cos((Math.PI * ((k * k) % (2 * n))) / n));
    this.#sin = Float64Array.from({ length: n }, (_, k) => Math.sin((Math.PI * ((k * k) % (2 * n))) / n));
    this.#kernelRe = new Float64Array(m);
    this.#kernelIm = new Float64Array(m);
    for (let k = 0; k < n; k++) {
      for (const at of [k, (m - k) % m]) {
        this.#kernelRe[at] = this.#cos[k] as number;
        this.#kernelIm[at] = this.#sin[k] as number;
      }
    }
    this.#fft.transform(this.#kernelRe, this.#kernelIm);
  }

  transform(re: Float64Array, im: Float64Array): void {
    const m = this.#fft.length;
    const a = new Float64Array(m);
    const b = new Float64Array(m);
    this.#timesChirp(re, im, [a, b]);
    this.#fft.transform(a, b);
    for (let k = 0; k < m; k++) {
      const x = a[k] as number;
      const y = b[k] as number;
      const u = this.#kernelRe[k] as number;
      const v = this.#kernelIm[k] as number;
      a[k] = (x * u - y * v) / m;
      b[k] = (x * v + y * u) / m;
    }
    // The inverse is the transform with real and imaginary parts exchanged.
    this.#fft.transform(b, a);
    this.#timesChirp(a, b, [re, im]);
  }

  #timesChirp(re: Float64Array, im: Float64Array, [toRe, toIm]: readonly [Float64Array, Float64Array]): void {
    for (let k = 0; k < this.#n; k++) {
      const x = re[k] as number;
      const y = im[k] as number;
      const c = this.#cos[k] as number;
      const s = this.#sin[k] as number;
      toRe[k] = x * c + y * s;
      toIm[k] = y * c - x * s;
    }
  }
}

/** A complex field `[rows, cols]` in separate parts. */
export interface Field {
  readonly rows: number;
  readonly cols: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** A field of zeros. */
export function zeroField(rows: number, cols: number): Field {
  return { rows, cols, re: new Float64Array(rows * cols), im: new Float64Array(rows * cols) };
}

/** Two-dimensional transform in place; zero frequency at [0, 0], no normalisation. */
export function fft2({ rows, cols, re, im }: Field): void {
  const alongRow = new Fft(cols);
  for (let r = 0; r < rows; r++) alongRow.transform(re.subarray(r * cols, (r + 1) * cols), im.subarray(r * cols, (r + 1) * cols));
  const alongColumn = rows === cols ? alongRow : new Fft(rows);
  const [a, b] = [new Float64Array(rows), new Float64Array(rows)];
  for (let c = 0; c < cols; c++) {
    for (let r = 0; r < rows; r++) {
      a[r] = re[r * cols + c] as number;
      b[r] = im[r * cols + c] as number;
    }
    alongColumn.transform(a, b);
    for (let r = 0; r < rows; r++) {
      re[r * cols + c] = a[r] as number;
      im[r * cols + c] = b[r] as number;
    }
  }
}

function reversedBits(size: number): Int32Array {
  const result = new Int32Array(size);
  for (let i = 1; i < size; i++) result[i] = ((result[i >> 1] as number) >> 1) | (i & 1 ? size >> 1 : 0);
  return result;
}
