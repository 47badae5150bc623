import type { ComplexArray } from '@ptychokit/config';
import { valueIssues } from '../dataset/value-issues.js';
import { DatasetContractError } from '../errors.js';
import { RawData } from '../raw-data.js';
import { defaultProbe } from './default-probe.js';
import { type DetectorWindow, detectorWindow, isWholeFrame, windowed } from './detector-window.js';
import { type PixelSize, type ScanGeometry, scanGeometry } from './geometry.js';
import { assertProbe } from './given-probe.js';
import { Hdf5FrameSource } from './hdf5-frame-source.js';
import type { ScanHints } from './hints.js';
import type { PixelRules } from './pixel-values.js';
import type { ScanParts } from './scan-parts.js';
import { bandLimited } from './separable-transform.js';

/**
 * The scan that foreign parts make: amplitudes, positions in object pixels, a probe. It owns the files of the parts; on an error they stay
 * with the caller.
 *
 * @throws MissingHintsError, FrameSizeError what the caller has to say
 * @throws DatasetContractError positions, probe or object that no scan has
 */
export async function assembleScan(parts: ScanParts, hints: ScanHints): Promise<RawData> {
  const { path: where, frameShape: full } = parts;
  const window = detectorWindow(full, { hints, beam: parts.beam, where });
  const geometry = scanGeometry(parts.geometry, { hints, full, size: window.size, where });
  const rules = pixelRules(parts, window);
  const frames = new Hdf5FrameSource({ datasets: parts.datasets, order: parts.order, window, rules });
  const placed = placePositions(parts, { hints, window, pixel: geometry.objectPixel });
  const probe = probeOf(parts, hints, window) ?? { array: await defaultProbe(frames), note: DEFAULT_PROBE };
  const fields = {
    xcoords: placed.xs,
    ycoords: placed.ys,
    scanIndex: parts.scanIndex,
    probeGuess: probe.array,
    objectGuess: placed.object,
  };
  const issues = valueIssues({ ...fields, xcoordsStart: undefined, ycoordsStart: undefined, metadata: {} });
  if (issues.length > 0) throw new DatasetContractError(issues, { path: where, fix: `look at the file with: ptychokit inspect ${where}` });
  const conversions = [
    ...parts.notes,
    ...valueNotes(parts, rules),
    ...cropNotes(parts, window),
    ...placed.notes,
    geometryNote(geometry),
    ...(probe.note === undefined ? [] : [probe.note]),
  ];
  const metadata = { ...parts.metadata, format: parts.format, ...geometryMetadata(geometry) };
  return new RawData({ ...fields, frames, badPixels: rules.badPixels, metadata, source: where, conversions });
}

const DEFAULT_PROBE = 'probeGuess: the file has none; made from the mean frame with flat phase (or give one: --probe-file)';

function pixelRules(parts: ScanParts, window: DetectorWindow): PixelRules {
  const [, width] = parts.frameShape;
  const cut = <T extends Float32Array | Uint8Array>(image: T | undefined): T | undefined => image && windowed(image, window, width);
  const bad = cut(parts.badPixels);
  const badPixels = bad?.includes(1) ? bad : undefined;
  return { values: parts.values, badPixels, dark: cut(parts.dark), efficiency: cut(parts.efficiency) };
}

function probeOf(
  parts: ScanParts,
  hints: ScanHints,
  window: DetectorWindow,
): { readonly array: ComplexArray; readonly note?: string | undefined } | undefined {
  if (hints.probe !== undefined && hints.probe.shape.at(-1) === window.size)
    return { array: hints.probe, note: 'probeGuess: given by the caller' };
  const probe = hints.probe ?? parts.probe;
  const [height, width] = parts.frameShape;
  if (hints.probe !== undefined) assertProbe(hints.probe, { frameSize: width, source: parts.path });
  if (probe === undefined || probe.shape.at(-1) !== width || probe.shape.at(-2) !== height || width !== height) return undefined;
  if (window.size === width) return { array: probe };
  return {
    array: bandLimited(probe, window.size),
    note: `probeGuess: limited to the ${window.size} x ${window.size} pixels that are kept`,
  };
}

interface PlacedPositions {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  readonly object: ComplexArray | undefined;
  readonly notes: readonly string[];
}

/** On the object where there is one; otherwise so that the first patch starts at object pixel 0 along both axes. */
function placePositions(
  parts: ScanParts,
  { hints, window, pixel }: { readonly hints: ScanHints; readonly window: DetectorWindow; readonly pixel: PixelSize },
): PlacedPositions {
  const sign = hints.positionSign ?? 1;
  const notes = sign === 1 ? [] : ['positions: both axes turned, as asked for'];
  const { object } = parts;
  const whole = isWholeFrame(window, parts.frameShape);
  if (object !== undefined && whole) {
    const [height, width] = object.array.shape as [number, number];
    return {
      xs: parts.x_m.map((x) => (sign * x - object.centreX_m) / pixel.width + width / 2),
      ys: parts.y_m.map((y) => (sign * y - object.centreY_m) / pixel.height + height / 2),
      object: object.array,
      notes,
    };
  }
  if (object !== undefined) notes.push('objectGuess left out: its pixels are those of the whole detector');
  const shifted = (values: Float64Array, side: number): Float64Array => {
    const px = values.map((value) => (sign * value) / side);
    const least = px.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    return px.map((value) => value - least + window.size / 2);
  };
  notes.push('positions: shifted so that the first patch starts at object pixel 0');
  return { xs: shifted(parts.x_m, pixel.width), ys: shifted(parts.y_m, pixel.height), object: undefined, notes };
}

function valueNotes(parts: ScanParts, { badPixels, dark, efficiency }: PixelRules): string[] {
  const notes: string[] = [];
  if (parts.values === 'counts') notes.push('diffraction: counts turned into amplitudes (square root); negative and NaN pixels read as 0');
  if (dark !== undefined) notes.push('diffraction: dark frame subtracted');
  if (efficiency !== undefined) notes.push('diffraction: divided by the efficiency of each pixel');
  const bad = badPixels?.reduce((sum, value) => sum + value, 0) ?? 0;
  if (bad > 0) notes.push(`diffraction: ${bad} bad ${bad === 1 ? 'pixel' : 'pixels'} of the mask read as 0`);
  if (parts.datasets.some(({ weights }) => weights !== undefined)) notes.push('diffraction: pixels of weight 0 read as 0');
  return notes;
}

function cropNotes(parts: ScanParts, window: DetectorWindow): string[] {
  const [height, width] = parts.frameShape;
  if (isWholeFrame(window, parts.frameShape)) return [];
  return [
    `diffraction: ${window.size} x ${window.size} of ${height} x ${width} pixels kept, from row ${window.row}, column ${window.column}`,
  ];
}

function geometryNote({ energy_eV, distance_m, objectPixel }: ScanGeometry): string {
  const { width, height } = objectPixel;
  const size = width === height ? `${short(width)} m` : `${short(width)} x ${short(height)} m`;
  const known = [energy_eV === undefined ? '' : `${short(energy_eV)} eV`, distance_m === undefined ? '' : `${short(distance_m)} m`];
  const from = known.filter((part) => part !== '').join(', ');
  return `positions: metres turned into object pixels of ${size}${from === '' ? '' : ` (${from})`}`;
}

const short = (value: number): string => String(Number(value.toPrecision(6)));

function geometryMetadata({ energy_eV, distance_m, detectorPixel, objectPixel }: ScanGeometry): Readonly<Record<string, number>> {
  const { width, height } = objectPixel;
  return {
    ...(energy_eV === undefined ? {} : { energy_eV }),
    ...(distance_m === undefined ? {} : { distance_m }),
    ...(detectorPixel === undefined ? {} : { detector_pixel_m: detectorPixel.width }),
    ...(Math.abs(width / height - 1) < 1e-9 ? { pixel_size_m: width } : { pixel_width_m: width, pixel_height_m: height }),
  };
}
