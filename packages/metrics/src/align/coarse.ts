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
  const starts: ShiftPx[] = [AT_REST.shift];
  if (options.fitShift) {
    const amplitudes = { truth: realAsComplex(pair.truth), image: realAsComplex(pair.image), region: pair.region };
    for (const start of [shiftBetween(amplitudes, options), shiftBetween(pair, options)]) {
      if (starts.every((other) => Math.hypot(other.x - start.x, other.y - start.y) > 1)) starts.push(start);
    }
  }
  let best = { motion: AT_REST, correlation: -1 };
  for (const start of starts) {
    const motion = inTurn(pair, { ...options, start });
    const { correlation } = fitFactor({ ...pair, image: moved(pair.image, motion) });
    if (correlation > best.correlation) best = { motion, correlation };
  }
  return best.motion;
}

function inTurn(pair: Pair, { start, ...options }: CoarseOptions & { readonly start: ShiftPx }): Motion {
  let motion: Motion = { shift: start, ramp: AT_REST.ramp };
  for (let round = 0; round < 3; round++) {
    const ramp = options.fitRamp ? rampBetween(pair, motion.shift) : AT_REST.ramp;
    const shift = options.fitShift ? shiftBetween({ ...pair, image: withRamp(pair.image, ramp) }, options) : AT_REST.shift;
    const step = Math.hypot(shift.x - motion.shift.x, shift.y - motion.shift.y);
    motion = { shift, ramp };
    if (step < 0.5) break;
  }
  return motion;
}

/** The displacement of `image` that correlates best with the truth, both without their means over the region. */
function shiftBetween({ truth, image, region }: Pair, { maxShiftPx }: CoarseOptions): ShiftPx {
  const [rows, cols] = sizeOf(truth).map((size) => powerOfTwo(size + maxShiftPx)) as [number, number];
  const [t, m] = [truth, image].map((each) => spectrumOf(each, { region, rows, cols })) as [Field, Field];
  for (let i = 0; i < t.re.length; i++) {
    const [a, b, c, d] = [t.re[i] as number, t.im[i] as number, m.re[i] as number, m.im[i] as number];
    t.re[i] = a * c + b * d;
    t.im[i] = a * d - b * c;
  }
  const { row, col } = transformPeak(t, { row: maxShiftPx, col: maxShiftPx });
  return { x: col, y: row };
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
      const [a, b] = [truth.data[2 * i] as number, truth.data[2 * i + 1] as number];
      const [p, q] = [image.data[2 * j] as number, image.data[2 * j + 1] as number];
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
