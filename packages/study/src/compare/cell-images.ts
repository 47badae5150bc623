import { join } from 'node:path';
import { boundingBox, type ComplexImage, type Region } from '@ptychokit/metrics';
import { writeFileAtomically } from '../atomic-write.js';
import { colourPng } from '../report/figures/colour-image.js';
import type { ColourMap } from '../report/figures/colour-maps.js';
import { type DisplayRange, percentileRange } from '../report/figures/display-range.js';
import type { CellObjects } from './cell-objects.js';

/** Quantities that are drawn of every object, besides the truth only errors. */
export const IMAGE_KINDS = ['amplitude', 'amplitude_error', 'phase', 'phase_error'] as const;
export type ImageKind = (typeof IMAGE_KINDS)[number];

/** What is drawn of a cell. */
export interface CellImagesRequest extends CellObjects {
  readonly dir: string;
}

/** Images with the scales they share. */
export interface CellImages {
  /** Names below the directory. */
  readonly files: readonly string[];
  readonly scales: Readonly<Record<string, DisplayRange>>;
  /** `[rows, columns]`; one pixel per object pixel. */
  readonly shape: readonly [number, number];
}

/** What a cell looks like, pixel by pixel, cut to the region. */
export interface CellPlanes extends Omit<CellImages, 'files'> {
  /** Values by `<name>:<kind>`, each `[rows * columns]`; phases are relative to the mean phase of the truth. */
  readonly planes: ReadonlyMap<string, Float32Array>;
  /** 1 where pixels are scored. */
  readonly mask: Uint8Array;
  /** Object pixel that is pixel (0, 0) here. */
  readonly origin: { readonly x: number; readonly y: number };
}

/** A phase that spans more than this needs the whole circle. */
const WIDE_PHASE = 1.5 * Math.PI;
const RIM_PX = 2;

/** Name of an image of a cell. */
export const imageFile = (name: string, kind: ImageKind): string => `${name}_${kind}.png`;

/** The map an image is drawn with; a phase that spans most of the circle gets the cyclic one. */
export function mapOf(kind: ImageKind, [low, high]: DisplayRange): ColourMap {
  if (kind === 'amplitude') return 'viridis';
  if (kind === 'phase') return high - low > WIDE_PHASE ? 'phase' : 'cividis';
  return 'magma';
}

/** Draws truth, objects and errors of a cell, cut to the region, all on common scales. An empty region gives no images. */
export async function writeCellImages({ dir, ...objects }: CellImagesRequest): Promise<CellImages | null> {
  const cell = cellPlanes(objects);
  if (cell === null) return null;
  const { planes, scales, shape, mask } = cell;
  const files: string[] = [];
  for (const [key, values] of planes) {
    const [name, kind] = key.split(':') as [string, ImageKind];
    const range = scales[kind] as DisplayRange;
    const file = imageFile(name, kind);
    await writeFileAtomically(join(dir, file), colourPng(values, shape, { map: mapOf(kind, range), range, region: mask }));
    files.push(file);
  }
  return { files, scales, shape };
}

/** Amplitudes, phases and errors of a cell with the scales they share; null where the region is empty. */
export function cellPlanes({ truth, region, aligned }: CellObjects): CellPlanes | null {
  const view = viewOf(truth, region);
  if (view === null) return null;
  const turn = meanPhase(truth, region);
  const planes = new Map<string, Float32Array>();
  addObject(planes, { name: 'truth', image: truth, turn, view });
  for (const [name, image] of Object.entries(aligned)) {
    addObject(planes, { name, image, turn, view });
    addErrors(planes, name);
  }
  return { planes, scales: scalesOf(planes, view.mask), shape: view.shape, mask: view.mask, origin: { x: view.left, y: view.top } };
}

interface View {
  readonly top: number;
  readonly left: number;
  readonly shape: readonly [number, number];
  readonly mask: Uint8Array;
}

function viewOf({ shape: [rows = 0, columns = 0] }: ComplexImage, region: Region): View | null {
  const box = boundingBox(region);
  if (box === undefined) return null;
  const [top, left] = [Math.max(0, box.top - RIM_PX), Math.max(0, box.left - RIM_PX)];
  const shape = [Math.min(rows, box.top + box.rows + RIM_PX) - top, Math.min(columns, box.left + box.cols + RIM_PX) - left] as const;
  const mask = new Uint8Array(shape[0] * shape[1]);
  for (let i = 0; i < mask.length; i++) {
    mask[i] = region.mask[(top + Math.floor(i / shape[1])) * columns + left + (i % shape[1])] as number;
  }
  return { top, left, shape, mask };
}

interface Part {
  readonly name: string;
  readonly image: ComplexImage;
  readonly turn: number;
  readonly view: View;
}

function addObject(planes: Map<string, Float32Array>, { name, image, turn, view }: Part): void {
  const { top, left, shape } = view;
  const columns = image.shape[1] as number;
  const [amplitude, phase] = [new Float32Array(shape[0] * shape[1]), new Float32Array(shape[0] * shape[1])];
  for (let i = 0; i < amplitude.length; i++) {
    const at = 2 * ((top + Math.floor(i / shape[1])) * columns + left + (i % shape[1]));
    const [re, im] = [image.data[at] as number, image.data[at + 1] as number];
    amplitude[i] = Math.hypot(re, im);
    phase[i] = wrapped(Math.atan2(im, re) - turn);
  }
  planes.set(`${name}:amplitude`, amplitude);
  planes.set(`${name}:phase`, phase);
}

function addErrors(planes: Map<string, Float32Array>, name: string): void {
  const of = (key: string): Float32Array => planes.get(key) as Float32Array;
  const [amplitude, phase] = [of('truth:amplitude'), of('truth:phase')];
  planes.set(
    `${name}:amplitude_error`,
    of(`${name}:amplitude`).map((value, i) => Math.abs(value - (amplitude[i] as number))),
  );
  planes.set(
    `${name}:phase_error`,
    of(`${name}:phase`).map((value, i) => Math.abs(wrapped(value - (phase[i] as number)))),
  );
}

/** The truth decides the scales of amplitude and phase, all methods together those of the errors, which begin at 0. */
function scalesOf(planes: ReadonlyMap<string, Float32Array>, mask: Uint8Array): Record<string, DisplayRange> {
  const phase = percentileRange(planes.get('truth:phase') as Float32Array, { region: mask, fractions: [0, 1] });
  const error = (kind: string): DisplayRange => {
    const highs = [...planes].filter(([key]) => key.endsWith(`:${kind}`)).map(([, values]) => percentileRange(values, { region: mask })[1]);
    return [0, Math.max(1e-6, ...highs)];
  };
  return {
    amplitude: percentileRange(planes.get('truth:amplitude') as Float32Array, { region: mask, fractions: [0, 1] }),
    phase: phase[1] - phase[0] > WIDE_PHASE ? [-Math.PI, Math.PI] : phase,
    amplitude_error: error('amplitude_error'),
    phase_error: error('phase_error'),
  };
}

function meanPhase({ data }: ComplexImage, { mask }: Region): number {
  let [re, im] = [0, 0];
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] !== 1) continue;
    re += data[2 * i] as number;
    im += data[2 * i + 1] as number;
  }
  return Math.atan2(im, re);
}

const wrapped = (phase: number): number => phase - 2 * Math.PI * Math.round(phase / (2 * Math.PI));
