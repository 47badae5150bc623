import { sizeOf } from '../image.js';
import { type Fit, fitFactor, type Motion, moved, type Pair, withRamp } from './pair.js';
import { shiftImage } from './resample.js';
import { type NormalEquations, solve } from './solve.js';

export interface RefineOptions {
  readonly start: Motion;
  readonly fitShift: boolean;
  readonly fitRamp: boolean;
}

/** The motion that minimises sum |truth - factor * moved image|^2 over the region, with its complex factor. */
export interface Refined {
  readonly motion: Motion;
  readonly fit: Fit;
  readonly steps: number;
}

const MOST_STEPS = 30;

/** Shift, ramp and factor jointly, by damped Gauss-Newton steps (Levenberg, Marquardt). */
export function refineMotion(pair: Pair, options: RefineOptions): Refined {
  let motion = options.start;
  let fit = fitOf(pair, motion);
  let damping = 1e-3;
  let steps = 0;
  while (steps < MOST_STEPS && damping < 1e6 && (options.fitShift || options.fitRamp)) {
    steps++;
    const step = gaussNewtonStep(pair, { motion, fit, damping, ...options });
    if (step === undefined) break;
    const next: Motion = {
      shift: { x: motion.shift.x + step.shift.x, y: motion.shift.y + step.shift.y },
      ramp: { x: motion.ramp.x + step.ramp.x, y: motion.ramp.y + step.ramp.y },
    };
    const nextFit = fitOf(pair, next);
    const isSmall = sizeOfStep(step, pair) < 1e-4;
    if (nextFit.correlation >= fit.correlation) {
      [motion, fit] = [next, nextFit];
      damping /= 10;
    } else {
      damping *= 10;
    }
    if (isSmall) break;
  }
  return { motion, fit, steps };
}

const fitOf = (pair: Pair, motion: Motion): Fit => fitFactor({ ...pair, image: moved(pair.image, motion) });

/** Largest displacement a step causes, in pixels of the image or of its spectrum. */
function sizeOfStep({ shift, ramp }: Motion, { truth }: Pair): number {
  const [rows, cols] = sizeOf(truth);
  return Math.max(Math.abs(shift.x), Math.abs(shift.y), Math.abs(ramp.x) * cols, Math.abs(ramp.y) * rows);
}

interface StepOptions extends RefineOptions {
  readonly motion: Motion;
  readonly fit: Fit;
  readonly damping: number;
}

function gaussNewtonStep(pair: Pair, { motion, fit, damping, fitShift, fitRamp }: StepOptions): Motion | undefined {
  const ramped = withRamp(pair.image, motion.ramp);
  const { shift } = motion;
  const model = shiftImage(ramped, { shift }).data;
  const slopes = fitShift ? [shiftImage(ramped, { shift, derivative: 'x' }).data, shiftImage(ramped, { shift, derivative: 'y' }).data] : [];
  const equations = accumulate(pair, { model, slopes, motion, fit, fitRamp });
  const size = equations.right.length;
  for (let k = 0; k < size; k++) {
    const diagonal = equations.matrix[k * size + k] as number;
    equations.matrix[k * size + k] = diagonal * (1 + damping) + Number.MIN_VALUE;
  }
  const solution = solve(equations);
  if (solution === undefined) return undefined;
  // The first two unknowns are the factor, which is fitted exactly after each step.
  const unknowns = [...solution.slice(2)];
  const [x = 0, y = 0] = fitShift ? unknowns.splice(0, 2) : [];
  const [rampX = 0, rampY = 0] = unknowns;
  return { shift: { x, y }, ramp: { x: rampX, y: rampY } };
}

interface Linearised {
  readonly model: Float64Array;
  readonly slopes: readonly Float64Array[];
  readonly motion: Motion;
  readonly fit: Fit;
  readonly fitRamp: boolean;
}

/** Normal equations of truth - factor * model, linear in factor, shift and ramp. */
function accumulate({ truth, region }: Pair, { model, slopes, motion, fit, fitRamp }: Linearised): NormalEquations {
  const [rows, cols] = sizeOf(truth);
  const size = 2 + slopes.length + (fitRamp ? 2 : 0);
  const [matrix, right] = [new Float64Array(size * size), new Float64Array(size)];
  const [columnRe, columnIm] = [new Float64Array(size), new Float64Array(size)];
  const { re: fRe, im: fIm } = fit.factor;
  for (let i = 0; i < region.mask.length; i++) {
    if (region.mask[i] !== 1) continue;
    const a = model[2 * i] as number;
    const b = model[2 * i + 1] as number;
    const mRe = fRe * a - fIm * b;
    const mIm = fRe * b + fIm * a;
    columnRe[0] = a;
    columnIm[0] = b;
    columnRe[1] = -b;
    columnIm[1] = a;
    let next = 2;
    for (const slope of slopes) {
      const c = slope[2 * i] as number;
      const d = slope[2 * i + 1] as number;
      columnRe[next] = fRe * c - fIm * d;
      columnIm[next] = fRe * d + fIm * c;
      next++;
    }
    if (fitRamp) {
      const x = (i % cols) - motion.shift.x - (cols - 1) / 2;
      const y = Math.floor(i / cols) - motion.shift.y - (rows - 1) / 2;
      columnRe[next] = -x * mIm;
      columnIm[next] = x * mRe;
      columnRe[next + 1] = -y * mIm;
      columnIm[next + 1] = y * mRe;
    }
    addPixel(
      { matrix, right },
      { columnRe, columnIm, dRe: (truth.data[2 * i] as number) - mRe, dIm: (truth.data[2 * i + 1] as number) - mIm },
    );
  }
  for (let k = 0; k < size; k++) for (let l = k + 1; l < size; l++) matrix[k * size + l] = matrix[l * size + k] as number;
  return { matrix, right };
}

interface PixelTerm {
  /** Derivative of the model by each unknown. */
  readonly columnRe: Float64Array;
  readonly columnIm: Float64Array;
  /** What the model leaves unexplained. */
  readonly dRe: number;
  readonly dIm: number;
}

/** Adds one pixel to the right side and to the lower triangle of the matrix. */
function addPixel({ matrix, right }: NormalEquations, { columnRe, columnIm, dRe, dIm }: PixelTerm): void {
  const size = right.length;
  for (let k = 0; k < size; k++) {
    const p = columnRe[k] as number;
    const q = columnIm[k] as number;
    right[k] = (right[k] as number) + p * dRe + q * dIm;
    for (let l = 0; l <= k; l++) {
      const at = k * size + l;
      matrix[at] = (matrix[at] as number) + p * (columnRe[l] as number) + q * (columnIm[l] as number);
    }
  }
}
