import { medianStep } from '../grouping/median-step.js';
import type { Range, ScanDescription } from '../inspect-dataset.js';

/** Where frames were taken; undefined without positions. */
export function describeScan(scan: {
  readonly xcoords: Float64Array | undefined;
  readonly ycoords: Float64Array | undefined;
  readonly scanIndex?: Int32Array | undefined;
}): ScanDescription | undefined {
  const { xcoords, ycoords, scanIndex } = scan;
  if (xcoords === undefined || ycoords?.length !== xcoords.length || xcoords.length === 0) return undefined;
  const scans: Record<number, number> = {};
  for (const index of scanIndex ?? new Int32Array(xcoords.length)) scans[index] = (scans[index] ?? 0) + 1;
  const finite = xcoords.every(Number.isFinite) && ycoords.every(Number.isFinite);
  const stepPx = finite ? medianStep({ xcoords, ycoords }) : undefined;
  return { positions: xcoords.length, x: rangeOf(xcoords), y: rangeOf(ycoords), stepPx, scans };
}

function rangeOf(values: Float64Array): Range {
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}
