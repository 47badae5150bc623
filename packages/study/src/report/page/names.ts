import type { ComparedCell } from '../../manifests/comparison-manifest.js';
import { doseDirName, doseLabel } from '../../study-layout.js';

type Place = Pick<ComparedCell, 'dose' | 'view' | 'split'>;

/** Identifier of a cell in links and file names; whatever a name holds, it has harmless characters only. */
export const cellId = ({ dose, view, split }: Place): string =>
  `${doseDirName(dose)}-${view}-${split}`.replace(/[^A-Za-z0-9_-]/g, (c) => `_${c.codePointAt(0)?.toString(16)}_`).slice(0, 120);

/** What a cell is called. */
export const cellTitle = ({ dose, view, split }: Place): string => `${doseLabel(dose)} photons, ${view}, ${split}`;

/** How a metric is shown and read. */
export interface MetricText {
  readonly name: string;
  readonly better: 'high' | 'low';
  readonly help: string;
}

/** Metrics of the summary, with unit and direction. */
export const METRIC_TEXT: Readonly<Record<string, MetricText>> = {
  amplitude_ssim: { name: 'Amp. SSIM', better: 'high', help: 'Structural similarity of the amplitude, window 11 × 11, range of the truth' },
  amplitude_ms_ssim: { name: 'Amp. MS-SSIM', better: 'high', help: 'Multi-scale SSIM of the amplitude (Wang 2003)' },
  amplitude_psnr_range: { name: 'Amp. PSNR, dB', better: 'high', help: 'Peak: range of the truth' },
  amplitude_mae: { name: 'Amp. MAE', better: 'low', help: 'Mean absolute error of the amplitude' },
  phase_ssim: { name: 'Phase SSIM', better: 'high', help: "Structural similarity of the phase, the truth's own range" },
  phase_ms_ssim: { name: 'Phase MS-SSIM', better: 'high', help: 'Multi-scale SSIM of the phase (Wang 2003)' },
  phase_mae: { name: 'Phase MAE, rad', better: 'low', help: 'Mean absolute wrapped difference' },
  frc_0p5: { name: 'FRC at 0.5', better: 'high', help: 'Where the ring correlation falls below 0.5, as a fraction of Nyquist' },
  frc_half_bit: {
    name: 'FRC half-bit',
    better: 'high',
    help: 'Where the ring correlation falls below the half-bit curve, as a fraction of Nyquist',
  },
};

/** Not measured against the truth: no method is best by it. */
export const RESIDUAL_TEXT: MetricText = {
  name: 'Residual',
  better: 'low',
  help: 'Relative residual of the measured amplitudes; not against the truth, so no method is best by it',
};

/** Published definitions, kept apart because their numbers cannot be compared with ours. */
export const FAMILY_TEXT: Readonly<Record<string, MetricText>> = {
  family_amplitude_ssim: { name: 'Amp. SSIM', better: 'high', help: 'Window 7 × 7' },
  family_amplitude_ms_ssim: { name: 'Amp. MS-SSIM', better: 'high', help: 'SSIM at every level, plain decimation' },
  family_amplitude_psnr: { name: 'Amp. PSNR, peak 255', better: 'high', help: 'Peak 255 on data of range 1: 48.13 dB more than peak 1' },
  family_phase_ssim: { name: 'Phase SSIM', better: 'high', help: 'Of (φ + π) / 2π with range 1' },
  family_phase_ms_ssim: { name: 'Phase MS-SSIM', better: 'high', help: 'Of (φ + π) / 2π with range 1' },
  family_phase_psnr: { name: 'Phase PSNR, peak 255', better: 'high', help: 'Of (φ + π) / 2π' },
};

/** A number as the tables show it; a dash for none. */
export function numberText(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  const size = Math.abs(value);
  const text = value !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(2) : value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 4);
  return text.replace('-', '−');
}

/** Class that colours a method. */
export function methodClass(method: string): string {
  if (method === 'pinn' || method === 'PINN') return 'm-pinn';
  return method === 'supervised' ? 'm-supervised' : 'm-iterative';
}
