import type { ComplexArray } from '@ptychokit/config';
import type { SolveOutcome } from '@ptychokit/iterative';
import { align, boxRegion, score } from '@ptychokit/metrics';

/** Numbers of the fixture's table. */
export interface SolutionScore {
  readonly nrmse: number;
  readonly phaseSsim: number;
  readonly amplitudeSsim: number;
  readonly phasePsnr: number;
  readonly amplitudePsnr: number;
  /** First ring below 0.5, as a fraction of Nyquist. */
  readonly frc: number;
}

/** Side of the central part of the truth that is scored. */
const SIDE = 128;

/** Scores the centre of a reconstruction against the truth, whose pixel (0, 0) is scan coordinate (0, 0). */
export function scoreSolution({ object, origin }: Pick<SolveOutcome, 'object' | 'origin'>, truth: ComplexArray): SolutionScore {
  const [rows = 0, cols = 0] = truth.shape;
  const image = onto(truth.shape, object, origin);
  const box = { top: (rows - SIDE) / 2, left: (cols - SIDE) / 2, rows: SIDE, cols: SIDE };
  const region = boxRegion(truth.shape, box);
  const reference = { shape: truth.shape, data: truth.data };
  const result = score(reference, image, { region });
  const aligned = align(reference, image, { region });
  let [difference, power] = [0, 0];
  for (let i = 0; i < region.mask.length; i++) {
    if (region.mask[i] !== 1) continue;
    for (const k of [2 * i, 2 * i + 1]) {
      difference += ((aligned.image.data[k] as number) - (truth.data[k] as number)) ** 2;
      power += (truth.data[k] as number) ** 2;
    }
  }
  const crossing = result.frc.at0p5;
  return {
    nrmse: Math.sqrt(difference / power),
    phaseSsim: numberOf(result.phase.ssim),
    amplitudeSsim: numberOf(result.amplitude.ssim),
    phasePsnr: numberOf(result.phase.psnrRange),
    amplitudePsnr: numberOf(result.amplitude.psnrRange),
    frc: crossing.fractionOfNyquist ?? Number.NaN,
  };
}

const numberOf = (measure: { readonly value: number | null }): number => measure.value ?? Number.NaN;

function onto(shape: readonly number[], { shape: [height = 0, width = 0], data }: ComplexArray, at: { x: number; y: number }) {
  const [rows = 0, cols = 0] = shape;
  const result = new Float32Array(2 * rows * cols);
  for (let y = Math.max(0, at.y); y < Math.min(rows, at.y + height); y++) {
    for (let x = Math.max(0, at.x); x < Math.min(cols, at.x + width); x++) {
      const from = 2 * ((y - at.y) * width + x - at.x);
      result[2 * (y * cols + x)] = data[from] as number;
      result[2 * (y * cols + x) + 1] = data[from + 1] as number;
    }
  }
  return { shape, data: result };
}
