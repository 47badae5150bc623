import type { ComplexArray } from '@ptychokit/config';

/** A complex matrix `[rows, columns]`, real and imaginary parts in turn. */
interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/**
 * Inverse unitary Fourier transform of square images `[N, N]`, zero frequency and origin at pixel N/2. As two matrix products, because it
 * is done once per scan: no library needed.
 */
export function inverseFourier(spectrum: ComplexArray): ComplexArray {
  const size = spectrum.shape.at(-1) as number;
  const root = Math.sqrt(size);
  const data = new Float64Array(2 * size * size);
  for (let j = 0; j < size; j++)
    for (let f = 0; f < size; f++) setPhase(data, j * size + f, { turns: ((j - size / 2) * (f - size / 2)) / size, modulus: 1 / root });
  return onBothAxes(spectrum, { rows: size, columns: size, data });
}

/**
 * Probes `[…, N, N]` for the middle `size` x `size` pixels of the detector: their field of view stays, the pixels grow by N / size.
 * The far field on the kept pixels is unchanged.
 */
export function bandLimited(probe: ComplexArray, size: number): ComplexArray {
  const full = probe.shape.at(-1) as number;
  if (size === full) return probe;
  const scale = 1 / Math.sqrt(full * size);
  const data = new Float64Array(2 * size * full);
  for (let j = 0; j < size; j++) {
    for (let k = 0; k < full; k++) {
      const distance = (j - size / 2) / size - (k - Math.floor(full / 2)) / full;
      let [re, im] = [0, 0];
      for (let f = -size / 2; f < size / 2; f++) {
        re += Math.cos(2 * Math.PI * f * distance);
        im += Math.sin(2 * Math.PI * f * distance);
      }
      data[2 * (j * full + k)] = re * scale;
      data[2 * (j * full + k) + 1] = im * scale;
    }
  }
  return onBothAxes(probe, { rows: size, columns: full, data });
}

function setPhase(data: Float64Array, at: number, { turns, modulus }: { readonly turns: number; readonly modulus: number }): void {
  data[2 * at] = modulus * Math.cos(2 * Math.PI * turns);
  data[2 * at + 1] = modulus * Math.sin(2 * Math.PI * turns);
}

/** `M A M^T` for each image. */
function onBothAxes(images: ComplexArray, matrix: Matrix): ComplexArray {
  const { rows, columns } = matrix;
  const leading = images.shape.slice(0, -2);
  const count = leading.reduce((a, b) => a * b, 1);
  const data = new Float32Array(2 * count * rows * rows);
  for (let i = 0; i < count; i++) {
    const image = Float64Array.from(images.data.subarray(2 * i * columns * columns, 2 * (i + 1) * columns * columns));
    const half = productTransposed(matrix, { rows: columns, columns, data: image }); // (M A)^T
    data.set(productTransposed(matrix, half).data, 2 * i * rows * rows); // (M (M A)^T)^T = M A M^T
  }
  return { shape: [...leading, rows, rows], data };
}

/** `(M A)^T`. */
function productTransposed(m: Matrix, a: Matrix): Matrix {
  const data = new Float64Array(2 * m.rows * a.columns);
  for (let i = 0; i < m.rows; i++) {
    for (let k = 0; k < m.columns; k++) {
      const re = m.data[2 * (i * m.columns + k)] as number;
      const im = m.data[2 * (i * m.columns + k) + 1] as number;
      for (let j = 0; j < a.columns; j++) {
        const from = 2 * (k * a.columns + j);
        const to = 2 * (j * m.rows + i);
        const x = a.data[from] as number;
        const y = a.data[from + 1] as number;
        data[to] = (data[to] as number) + re * x - im * y;
        data[to + 1] = (data[to + 1] as number) + re * y + im * x;
      }
    }
  }
  return { rows: a.columns, columns: m.rows, data };
}
