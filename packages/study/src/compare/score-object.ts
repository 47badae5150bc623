import {
  align,
  type ComplexImage,
  type FamilyScore,
  type FrcCrossing,
  familyScore,
  type ImageScore,
  largestBox,
  type Measure,
  pixelsIn,
  type Region,
  type Score,
  score,
} from '@ptychokit/metrics';
import type { CellTruth } from './cell-truth.js';
import type { ComparedMethod } from './comparison-cell.js';

/** What is said of one object. */
export interface ScoredObject extends Pick<ComparedMethod, 'metrics' | 'undefined_because' | 'notes' | 'alignment' | 'frc'> {
  /** Laid over the truth; null where there is no region to do so. */
  readonly aligned: ComplexImage | null;
  readonly frcSize: number;
  readonly frcCounts: readonly number[];
}

const NAMES: Readonly<Record<keyof ImageScore, string>> = {
  mae: 'mae',
  mse: 'mse',
  psnrRange: 'psnr_range',
  psnrPeak1: 'psnr_peak1',
  psnrPeak255: 'psnr_peak255',
  ssim: 'ssim',
  msSsim: 'ms_ssim',
};

/** Aligns an object with the truth and computes every metric over the region of the cell; undefined ones are null with a reason. */
export function scoreObject({ object: truth, region }: CellTruth, object: ComplexImage): ScoredObject {
  const found = score(truth, object, { region });
  const aligned = pixelsIn(region) === 0 ? null : align(truth, object, { region }).image;
  const sheet = new ScoreSheet();
  for (const part of ['amplitude', 'phase'] as const) {
    for (const key of Object.keys(NAMES) as (keyof ImageScore)[]) sheet.add(`${part}_${NAMES[key]}`, found[part][key]);
  }
  const crossings = { frc_0p5: found.frc.at0p5, frc_1over7: found.frc.at1over7, frc_half_bit: found.frc.halfBit };
  for (const [name, crossing] of Object.entries(crossings)) sheet.addCrossing(name, crossing);
  sheet.addFamily(aligned === null ? 'the region is empty' : familyOf(truth, aligned, region));
  const { curve } = found.frc;
  return {
    ...{ metrics: sheet.metrics, undefined_because: sheet.reasons, notes: sheet.notes },
    alignment: alignmentOf(found),
    frc: Array.from(curve.correlation, (value) => (Number.isFinite(value) ? value : null)),
    ...{ aligned, frcSize: curve.size, frcCounts: Array.from(curve.counts) },
  };
}

function alignmentOf({ alignment }: Score): ComparedMethod['alignment'] {
  if (alignment === null) return null;
  const { shiftPx, rampRadPerPx, factor, correlation, twin } = alignment;
  return { shift_px: shiftPx, ramp_rad_per_px: rampRadPerPx, factor, correlation, twin: twin?.suspected ?? null };
}

/** The published definitions, on the largest rectangle of the region, or why there are none. */
function familyOf(truth: ComplexImage, image: ComplexImage, region: Region): FamilyScore | string {
  const box = largestBox(region);
  if (box === undefined || Math.min(box.rows, box.cols) < 11) return 'the region is too small for the published definitions';
  const cut = (from: ComplexImage): ComplexImage => {
    const columns = from.shape[1] as number;
    const data = new Float64Array(2 * box.rows * box.cols);
    for (let y = 0; y < box.rows; y++) {
      const start = (box.top + y) * columns + box.left;
      data.set(from.data.subarray(2 * start, 2 * (start + box.cols)), 2 * y * box.cols);
    }
    return { shape: [box.rows, box.cols], data };
  };
  return familyScore(cut(truth), cut(image));
}

/** Collects numbers, and the reasons of those that are none. */
class ScoreSheet {
  readonly metrics: Record<string, number | null> = {};
  readonly reasons: Record<string, string> = {};
  readonly notes: string[] = [];

  add(name: string, measure: Measure): void {
    this.#set(name, measure.value, measure.value === null ? measure.reason : '');
    if (measure.value !== null && measure.note !== undefined) this.notes.push(`${name}: ${measure.note}`);
  }

  /** As a fraction of the Nyquist frequency. */
  addCrossing(name: string, { fractionOfNyquist, reason }: FrcCrossing): void {
    this.#set(name, fractionOfNyquist, reason ?? '');
  }

  addFamily(family: FamilyScore | string): void {
    for (const [i, part] of (['amplitude', 'phase'] as const).entries()) {
      for (const key of ['ssim', 'msSsim', 'psnr'] as const) {
        const name = `family_${part}_${key === 'msSsim' ? 'ms_ssim' : key}`;
        const value = typeof family === 'string' ? Number.NaN : (family[key][i] as number);
        this.#set(name, Number.isFinite(value) ? value : null, typeof family === 'string' ? family : 'not finite');
      }
    }
  }

  #set(name: string, value: number | null, reason: string): void {
    this.metrics[name] = value;
    if (value === null) this.reasons[name] = reason;
  }
}
