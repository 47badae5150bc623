import { type Field, fft2, zeroField } from '../fft.js';
import { amplitudeOf, type ComplexImage, sizeOf } from '../image.js';
import type { Region } from '../region.js';
import { AT_REST, fitFactor, type Motion, meanOver, moved, type Pair, withRamp } from './pair.js';
import type { ShiftPx } from './resample.js';
import { transformPeak } from './transform-peak.js';

export interface CoarseOptions {
  readonly maxShiftPx: number;
  readonly fitShift: boolean;
  readonly fitRamp: boolean;
}

// Ramps steeper than this are not reconstructions of the same object on the same grid.
const STEEPEST_RAMP = Math.PI / 2;

/**
 * Shift and ramp to about a tenth of a pixel: from no shift, from the shift of the amplitudes (which no ramp can disturb) and from the
 * shift of the complex images, shift and ramp are found in turn; the motion that matches best wins.
 */
export function coarseMotion(pair: Pair, options: CoarseOptions): Motion {
  if (!options.fitShift) return { shift: AT_REST.shift, ramp: rampBetween(pair, AT_REST.shift) };
  const shiftOf = shiftFinder(pair, options);
  const amplitudes = { truth: realAsComplex(pair.truth), image: realAsComplex(pair.image), region: pair.region };
  const starts = [() => AT_REST.shift, () => shiftFinder(amplitudes, options)(amplitudes.image), () => shiftOf(pair.image)];
  let best = { motion: AT_REST, correlation: -1 };
  for (const startOf of starts) {
    const start = startOf();
    if (best.correlation >= 0 && distance(start, best.motion.shift) < 1) continue;
    const motion = inTurn(pair, { start, shiftOf, fitRamp: options.fitRamp });
    const { correlation } = fitFactor({ ...pair, image: moved(pair.image, motion) });
    if (correlation > best.correlation) best = { motion, correlation };
  }
  return best.motion;
}

type ShiftFinder = (image: ComplexImage) => ShiftPx;

function inTurn(pair: Pair, options: { readonly start: ShiftPx; readonly shiftOf: ShiftFinder; readonly fitRamp: boolean }): Motion {
  const { start, shiftOf, fitRamp } = options;
  let motion: Motion = { shift: start, ramp: AT_REST.ramp };
  for (let round = 0; round < 3; round++) {
    const ramp = fitRamp ? rampBetween(pair, motion.shift) : AT_REST.ramp;
    const next = { shift: shiftOf(withRamp(pair.image, ramp)), ramp };
    const step = distance(next.shift, motion.shift);
    motion = next;
    if (step < 0.5) break;
  }
  return motion;
}

const distance = (a: ShiftPx, b: ShiftPx): number => Math.hypot(a.x - b.x, a.y - b.y);

/** Finds the displacement of an image that correlates best with the truth, both without their means over the region. */
function shiftFinder({ truth, region }: Omit<Pair, 'image'>, { maxShiftPx }: CoarseOptions): ShiftFinder {
  const [rows, cols] = sizeOf(truth).map((size) => powerOfTwo(size + maxShiftPx)) as [number, number];
  const t = spectrumOf(truth, { region, rows, cols });
  return (image) => {
    const m = spectrumOf(image, { region, rows, cols });
    for (let i = 0; i < t.re.length; i++) {
      const c = m.re[i] as number;
      const d = m.im[i] as number;
      m.re[i] = (t.re[i] as number) * c + (t.im[i] as number) * d;
      m.im[i] = (t.re[i] as number) * d - (t.im[i] as number) * c;
    }
    const { row, col } = transformPeak(m, { row: maxShiftPx, col: maxShiftPx });
    return { x: col, y: row };
  };
}

function spectrumOf(image: ComplexImage, options: { readonly region: Region; readonly rows: number; readonly cols: number }): Field {
  const { region, rows, cols } = options;
  const [height, width] = sizeOf(image);
  const field = zeroField(rows, cols);
  const [meanRe, meanIm] = meanOver(image, region);
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < width; c++) {
      const i = r * width + c;
      if (region.mask[i] !== 1) continue;
      field.re[r * cols + c] = (image.data[2 * i] as number) - meanRe;
      field.im[r * cols + c] = (image.data[2 * i + 1] as number) - meanIm;
    }
  }
  fft2(field);
  return field;
}

/** The phase ramp between the truth and the image displaced by whole pixels. */
function rampBetween({ truth, image, region }: Pair, shift: ShiftPx): Motion['ramp'] {
  const [height, width] = sizeOf(truth);
  const [rows, cols] = [powerOfTwo(height), powerOfTwo(width)];
  const field = zeroField(rows, cols);
  const [dx, dy] = [Math.round(shift.x), Math.round(shift.y)];
  for (let r = Math.max(0, dy); r < Math.min(height, height + dy); r++) {
    for (let c = Math.max(0, dx); c < Math.min(width, width + dx); c++) {
      const i = r * width + c;
      if (region.mask[i] !== 1) continue;
      const j = (r - dy) * width + c - dx;
      const a = truth.data[2 * i] as number;
      const b = truth.data[2 * i + 1] as number;
      const p = image.data[2 * j] as number;
      const q = image.data[2 * j + 1] as number;
      // The middle of the image comes to lie on the origin of the transform.
      const at = ((r - (height >> 1) + rows) % rows) * cols + ((c - (width >> 1) + cols) % cols);
      field.re[at] = a * p + b * q;
      field.im[at] = b * p - a * q;
    }
  }
  const limit = STEEPEST_RAMP / (2 * Math.PI);
  const { row, col } = transformPeak(field, { row: limit * rows, col: limit * cols });
  return { x: (2 * Math.PI * col) / cols, y: (2 * Math.PI * row) / rows };
}

function realAsComplex(image: ComplexImage): ComplexImage {
  const amplitude = amplitudeOf(image).data;
  const data = new Float64Array(2 * amplitude.length);
  for (let i = 0; i < amplitude.length; i++) data[2 * i] = amplitude[i] as number;
  return { shape: image.shape, data };
}

function powerOfTwo(atLeast: number): number {
  let size = 1;
  while (size < atLeast) size *= 2;
  return size;
}
