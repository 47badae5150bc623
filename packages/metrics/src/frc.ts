import { cropImage } from './crop.js';
import { type Field, fft2, zeroField } from './fft.js';
import { assertComparable, type ComplexImage, sizeOf } from './image.js';
import type { RegionOption } from './pixel-errors.js';
import { largestBox, regionFor } from './region.js';

/** Correlation of two images per ring of spatial frequency. */
export interface FrcCurve {
  /** Correlation in [0, 1] of ring k, NaN where a ring has no power in one of the images. */
  readonly correlation: Float64Array;
  /** Pixels of each ring. */
  readonly counts: Int32Array;
  /** Edge of the image in pixels (the shorter one); ring k is the spatial frequency k / size per pixel, Nyquist is size / 2. */
  readonly size: number;
}

/** How to correlate rings. */
export interface FrcOptions extends RegionOption {
  /** Window against the jump at the edge of a cut-out; none by default. */
  readonly window?: 'none' | 'hann';
  /** Removes the mean over the rectangle first, true by default. */
  readonly removeMean?: boolean;
  /** The last ring: at Nyquist (default), or in the corner of the spectrum. */
  readonly upTo?: 'nyquist' | 'corner';
}

/**
 * Fourier ring correlation |mean F1 conj F2| / sqrt(mean |F1|^2 mean |F2|^2) on the largest rectangle in the region; a ring is the
 * rounded radius. A region without pixels gives a curve without rings.
 *
 * Source: van Heel & Schatz, J. Struct. Biol. 151, 250 (2005), eq. 1.
 */
export function frc(first: ComplexImage, second: ComplexImage, options: FrcOptions = {}): FrcCurve {
  assertComparable(first, second, 2);
  const box = largestBox(regionFor(first, options.region));
  if (box === undefined) return { correlation: new Float64Array(0), counts: new Int32Array(0), size: 0 };
  const spectra = [first, second].map((image) => spectrumOf(cropImage(image, { box, partsPerPixel: 2 }), options)) as [Field, Field];
  const size = Math.min(box.rows, box.cols);
  const last = options.upTo === 'corner' ? Math.round(Math.hypot(size / 2, size / 2)) : Math.floor(size / 2);
  return { ...correlateRings(spectra, { size, rings: last + 1 }), size };
}

function spectrumOf(image: ComplexImage, { window = 'none', removeMean = true }: FrcOptions): Field {
  const [rows, cols] = sizeOf(image);
  const field = zeroField(rows, cols);
  const [meanRe, meanIm] = removeMean ? meanOf(image.data) : [0, 0];
  const weights = (length: number) =>
    Float64Array.from({ length }, (_, i) => (window === 'hann' ? 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / length) : 1));
  const [vertical, horizontal] = [weights(rows), weights(cols)];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      const i = r * cols + c;
      const w = (vertical[r] as number) * (horizontal[c] as number);
      field.re[i] = w * ((image.data[2 * i] as number) - meanRe);
      field.im[i] = w * ((image.data[2 * i + 1] as number) - meanIm);
    }
  }
  fft2(field);
  return field;
}

function meanOf(data: Float32Array | Float64Array): readonly [number, number] {
  let [re, im] = [0, 0];
  for (let i = 0; i < data.length; i += 2) {
    re += data[i] as number;
    im += data[i + 1] as number;
  }
  return [(2 * re) / data.length, (2 * im) / data.length];
}

function correlateRings(
  [f, g]: readonly [Field, Field],
  options: { readonly size: number; readonly rings: number },
): Omit<FrcCurve, 'size'> {
  const { size, rings } = options;
  const counts = new Int32Array(rings);
  const [re, im, powerF, powerG] = [0, 0, 0, 0].map(() => new Float64Array(rings)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let y = 0; y < f.rows; y++) {
    const v = ((2 * y < f.rows ? y : y - f.rows) * size) / f.rows;
    for (let x = 0; x < f.cols; x++) {
      const ring = Math.round(Math.hypot(v, ((2 * x < f.cols ? x : x - f.cols) * size) / f.cols));
      if (ring >= rings) continue;
      const i = y * f.cols + x;
      const a = f.re[i] as number;
      const b = f.im[i] as number;
      const c = g.re[i] as number;
      const d = g.im[i] as number;
      counts[ring] = (counts[ring] as number) + 1;
      re[ring] = (re[ring] as number) + a * c + b * d;
      im[ring] = (im[ring] as number) + b * c - a * d;
      powerF[ring] = (powerF[ring] as number) + a * a + b * b;
      powerG[ring] = (powerG[ring] as number) + c * c + d * d;
    }
  }
  const correlation = re.map((x, k) => Math.hypot(x, im[k] as number) / Math.sqrt((powerF[k] as number) * (powerG[k] as number)));
  return { correlation, counts };
}
