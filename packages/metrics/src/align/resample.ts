import { type ComplexImage, sizeOf } from '../image.js';

/** A displacement in pixels: content moves by +x columns and +y rows. */
export interface ShiftPx {
  readonly x: number;
  readonly y: number;
}

// Relative error below 2e-4 up to half and below 4e-4 up to three quarters of Nyquist; what lies outside a region reaches only ten
// pixels into it, which a Fourier shift would not promise.
const RADIUS = 10;
const KAISER_BETA = 7.5;

/**
 * The image displaced by any fraction of a pixel, by a Kaiser-windowed sinc of 20 x 20 pixels; edge pixels are repeated.
 * A displacement by whole pixels only moves them.
 *
 * @param image data of shape `[rows, cols]`, complex
 * @param options.derivative along which axis to differentiate by the displacement, for Gauss-Newton steps
 */
export function shiftImage(
  image: ComplexImage,
  options: { readonly shift: ShiftPx; readonly derivative?: 'x' | 'y' },
): ComplexImage & { readonly data: Float64Array } {
  const { shift, derivative } = options;
  const [rows, cols] = sizeOf(image);
  const alongRows = moveLines(image.data, {
    ...{ lines: rows, length: cols, stride: 2, step: 2 * cols },
    ...kernelOf(shift.x, derivative === 'x'),
  });
  const data = moveLines(alongRows, {
    ...{ lines: cols, length: rows, stride: 2 * cols, step: 2 },
    ...kernelOf(shift.y, derivative === 'y'),
  });
  return { shape: image.shape, data };
}

interface Kernel {
  /** Source pixel of tap 0, relative to the target. */
  readonly first: number;
  readonly taps: Float64Array;
}

function kernelOf(displacement: number, isDerivative: boolean): Kernel {
  const whole = Math.round(displacement);
  const fraction = displacement - whole;
  const first = -whole - RADIUS;
  if (!isDerivative) return fraction === 0 ? { first: -whole, taps: Float64Array.of(1) } : { first, taps: tapsFor(fraction) };
  const step = 1e-4;
  const [after, before] = [tapsFor(fraction + step), tapsFor(fraction - step)];
  return { first, taps: after.map((value, k) => (value - (before[k] as number)) / (2 * step)) };
}

/** Weights of the source pixels -RADIUS … RADIUS around a target displaced by `fraction`; their sum is 1. */
function tapsFor(fraction: number): Float64Array {
  const taps = Float64Array.from({ length: 2 * RADIUS + 1 }, (_, k) => {
    const t = k - RADIUS + fraction;
    const inside = 1 - (t / RADIUS) ** 2;
    if (inside <= 0) return 0;
    const sinc = t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t);
    return sinc * bessel0(KAISER_BETA * Math.sqrt(inside));
  });
  const sum = taps.reduce((a, b) => a + b, 0);
  return taps.map((value) => value / sum);
}

/** Modified Bessel function of order 0 (its power series). */
function bessel0(x: number): number {
  let [term, sum] = [1, 1];
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

interface Lines extends Kernel {
  readonly lines: number;
  readonly length: number;
  /** Distance in memory between neighbours of one line, and between the starts of lines. */
  readonly stride: number;
  readonly step: number;
}

function moveLines(data: Float32Array | Float64Array, { lines, length, stride, step, first, taps }: Lines): Float64Array {
  const result = new Float64Array(data.length);
  const sources = new Int32Array(length);
  // The inner loop runs over what lies closest together in memory.
  const alongLine = stride < step;
  const outer = alongLine ? lines : length;
  const inner = alongLine ? length : lines;
  for (let k = 0; k < taps.length; k++) {
    const w = taps[k] as number;
    if (w === 0) continue;
    for (let i = 0; i < length; i++) sources[i] = Math.min(length - 1, Math.max(0, i + first + k)) * stride;
    for (let a = 0; a < outer; a++) {
      for (let b = 0; b < inner; b++) {
        const line = (alongLine ? a : b) * step;
        const i = alongLine ? b : a;
        const to = line + i * stride;
        const from = line + (sources[i] as number);
        result[to] = (result[to] as number) + w * (data[from] as number);
        result[to + 1] = (result[to + 1] as number) + w * (data[from + 1] as number);
      }
    }
  }
  return result;
}
