import { cropImage } from '../crop.js';
import { frc } from '../frc.js';
import { amplitudeOf, assertComparable, type ComplexImage, phaseOf, type RealImage, sizeOf } from '../image.js';
import { mae, mse, psnr } from '../pixel-errors.js';
import { ssim } from '../ssim.js';
import { familyMsSsim } from './family-ms-ssim.js';
import { gaussianSmoothed } from './gaussian-smooth.js';
import { meanScaled, scaled, withoutMean, withoutPlane } from './level.js';

/** How to score as the programs of the family do. */
export interface FamilyOptions {
  /** Pixels cut off at each side, 2 by default. */
  readonly trimPx?: number;
  /** Removes a least-squares plane from both phases (default), or only their means. */
  readonly phaseAlignment?: 'plane' | 'mean';
  /** Width of the smoothing of the amplitudes before MS-SSIM, in pixels; 1 by default, 0 for none. */
  readonly msSsimSigmaPx?: number;
}

/** The published metrics of the PtychoPINN family: each a pair [amplitude, phase]. */
export interface FamilyScore {
  readonly mae: readonly [number, number];
  readonly mse: readonly [number, number];
  /** Peak 255, whatever the range of the data: 48.13 dB more than peak 1. */
  readonly psnr: readonly [number, number];
  readonly ssim: readonly [number, number];
  readonly msSsim: readonly [number, number];
  /** Interpolated ring where the correlation falls below 0.5 and 1/7; null when it never does. */
  readonly frc50: readonly [number | null, number | null];
  readonly frc1over7: readonly [number | null, number | null];
  /** First whole ring below 0.5. */
  readonly frc50Integer: readonly [number | null, number | null];
}

/**
 * The numbers a published table of the family would show, for comparison with such tables only: no registration, amplitudes scaled by
 * their means, PSNR with peak 255, phases mapped to (phi + pi) / 2 pi for SSIM, correlation rings to the corner of the spectrum.
 */
export function familyScore(truth: ComplexImage, image: ComplexImage, options: FamilyOptions = {}): FamilyScore {
  const { trimPx = 2, phaseAlignment = 'plane', msSsimSigmaPx = 1 } = options;
  assertComparable(truth, image, 2);
  const [rows, cols] = sizeOf(truth);
  const box = { top: trimPx, left: trimPx, rows: rows - 2 * trimPx, cols: cols - 2 * trimPx };
  if (box.rows < 7 || box.cols < 7) throw new RangeError(`expected at least 7 x 7 pixels after trimming, got ${box.rows} x ${box.cols}`);
  const [t, m] = [truth, image].map((each) => cropImage(each, { box, partsPerPixel: 2 })) as [ComplexImage, ComplexImage];
  const amplitudes = meanScaled(amplitudeOf(t), amplitudeOf(m));
  const level = phaseAlignment === 'plane' ? withoutPlane : withoutMean;
  const phases = [level(phaseOf(t)), level(phaseOf(m))] as const;
  const mapped = phases.map((phase) => scaled(phase, { factor: 1 / (2 * Math.PI), offset: 0.5 })) as [RealImage, RealImage];
  const smooth = amplitudes.map((each) => gaussianSmoothed(each, msSsimSigmaPx)) as [RealImage, RealImage];
  const curves = [ringCurve(...amplitudes), ringCurve(...phases)] as const;
  const both = <T>(of: (truth: RealImage, image: RealImage) => T): readonly [T, T] => [of(...amplitudes), of(...phases)];
  return {
    mae: both((a, b) => mae(a, b).value as number),
    mse: both((a, b) => mse(a, b).value as number),
    psnr: both((a, b) => psnr(a, b, { peak: 255 }).value ?? Number.POSITIVE_INFINITY),
    ssim: [
      ssim(...amplitudes, { window: 'uniform7' }).value ?? Number.NaN,
      ssim(...mapped, { window: 'uniform7', range: 1 }).value as number,
    ],
    msSsim: [familyMsSsim(...smooth), familyMsSsim(...mapped)],
    frc50: [fallsBelow(curves[0], 0.5), fallsBelow(curves[1], 0.5)],
    frc1over7: [fallsBelow(curves[0], 1 / 7), fallsBelow(curves[1], 1 / 7)],
    frc50Integer: [firstBelow(curves[0], 0.5), firstBelow(curves[1], 0.5)],
  };
}

/** Correlation per ring to the corner of the spectrum, nothing removed; a ring without power counts as 1. */
function ringCurve(truth: RealImage, image: RealImage): Float64Array {
  const complex = ({ shape, data }: RealImage): ComplexImage => {
    const parts = new Float64Array(2 * data.length);
    for (let i = 0; i < data.length; i++) parts[2 * i] = data[i] as number;
    return { shape, data: parts };
  };
  const { correlation } = frc(complex(truth), complex(image), { removeMean: false, upTo: 'corner' });
  return correlation.map((value) => (Number.isNaN(value) ? 1 : value));
}

function firstBelow(curve: Float64Array, threshold: number): number | null {
  const ring = curve.findIndex((value) => value < threshold);
  return ring < 0 ? null : ring;
}

function fallsBelow(curve: Float64Array, threshold: number): number | null {
  const ring = firstBelow(curve, threshold);
  if (ring === null || ring === 0) return ring;
  const [before, after] = [curve[ring - 1] as number, curve[ring] as number];
  return ring - 1 + (before - threshold) / (before - after);
}
