import { type ComplexArray, complexAbs, complexPhase } from '@ptychokit/config';
import { binningFor, blockMean, type Raster } from './block-mean.js';
import { colourPng } from './colour-image.js';
import type { ColourMap } from './colour-maps.js';
import { cropToRegion } from './crop-to-region.js';
import { type DisplayRange, percentileRange } from './display-range.js';
import { imageFigure } from './image-figure.js';
import type { Figure } from './render-figure.js';

/** How a complex object `[rows, columns]` is shown. */
export interface ObjectFigureOptions {
  readonly title?: string;
  readonly subtitle?: string;
  /** 1 where the object was measured, `[rows * columns]`; the rest is grey and does not count for the display range. */
  readonly region?: Uint8Array | undefined;
  /** Scan coordinates of object pixel (0, 0). */
  readonly origin?: { readonly x: number; readonly y: number };
  /** Size of an object pixel in metres, for the scale bar. */
  readonly pixelSize_m?: number | undefined;
  /** Fixes the range, so that several figures share one scale; percentiles inside the region otherwise. */
  readonly range?: DisplayRange;
  /** Fixes the colour map. */
  readonly map?: ColourMap;
}

const LONGEST_PX = 1400;
const FULL_CIRCLE: DisplayRange = [-Math.PI, Math.PI];

/** The modulus of an object, colours between its 0.5 and 99.5 percentiles. */
export function amplitudeFigure(object: ComplexArray, options: ObjectFigureOptions = {}): Promise<Figure> {
  const view = viewOf(object, options);
  const raster = { ...view.raster, data: complexAbs(view.object), channels: 1 };
  const { data, shape, region } = blockMean(raster, view.binning);
  const range = options.range ?? percentileRange(data, { region });
  const { map = 'viridis' } = options;
  return imageFigure(data, shape, { ...titles(options, 'Amplitude'), ...view.placing, valueTitle: 'amplitude', region, map, range });
}

/**
 * The phase of an object in radians, relative to its amplitude-weighted circular mean inside the region (a constant phase cannot be measured).
 * A phase that spans less than three quarters of the circle is shown between its percentiles on a sequential map; otherwise the whole
 * circle is shown on a cyclic one.
 */
export function phaseFigure(object: ComplexArray, options: ObjectFigureOptions = {}): Promise<Figure> {
  const view = viewOf(object, options);
  const { data, shape, region } = blockMean({ ...view.raster, data: view.object.data, channels: 2 }, view.binning);
  const phase = relativePhase({ shape, data }, region);
  const { range, map } = phaseScale(phase, region, options);
  return imageFigure(phase, shape, { ...titles(options, 'Phase'), ...view.placing, valueTitle: 'phase (rad)', region, map, range });
}

/** An object, or a result that holds one and the region where the scan measured it. */
export type Pictured = ComplexArray | { readonly object: ComplexArray; readonly region?: Uint8Array | undefined };

/**
 * The bare image of an object without axes, one PNG pixel per object pixel, transparent outside the region: that of the options, or of the
 * result.
 */
export function toPng(pictured: Pictured, kind: 'amplitude' | 'phase', options: ObjectFigureOptions = {}): Uint8Array {
  const { object, region } =
    'object' in pictured ? { region: pictured.region, ...options, object: pictured.object } : { ...options, object: pictured };
  const shape = shapeOf(object);
  if (kind === 'amplitude') {
    const amplitude = complexAbs(object);
    const range = options.range ?? percentileRange(amplitude, { region });
    return colourPng(amplitude, shape, { map: options.map ?? 'viridis', range, region });
  }
  const phase = relativePhase(object, region);
  return colourPng(phase, shape, { ...phaseScale(phase, region, options), region });
}

/** Phases in radians, in (-pi, pi], after taking the circular mean of the region to 0. */
export function relativePhase(object: ComplexArray, region?: Uint8Array | undefined): Float32Array {
  let re = 0;
  let im = 0;
  for (let i = 0; i < object.data.length / 2; i++) {
    if (region && region[i] !== 1) continue;
    re += object.data[2 * i] as number;
    im += object.data[2 * i + 1] as number;
  }
  const mean = Math.atan2(im, re);
  return complexPhase(object).map((phase) => {
    const turned = phase - mean;
    return turned - 2 * Math.PI * Math.round(turned / (2 * Math.PI));
  });
}

function phaseScale(
  phase: Float32Array,
  region: Uint8Array | undefined,
  options: ObjectFigureOptions,
): { range: DisplayRange; map: ColourMap } {
  const found = options.range ?? percentileRange(phase, { region });
  const wide = found[1] - found[0] > 1.5 * Math.PI;
  const range = wide && options.range === undefined ? FULL_CIRCLE : found;
  return { range, map: options.map ?? (wide ? 'phase' : 'magma') };
}

function viewOf(object: ComplexArray, options: ObjectFigureOptions) {
  const crop = cropToRegion(object, options.region, options.origin);
  const shape = shapeOf(crop.object);
  const binning = binningFor(shape, LONGEST_PX);
  const raster: Omit<Raster, 'data' | 'channels'> = { shape, region: crop.region };
  return { object: crop.object, raster, binning, placing: { origin: crop.origin, binning, pixelSize_m: options.pixelSize_m } };
}

function shapeOf(object: ComplexArray): readonly [number, number] {
  if (object.shape.length !== 2) throw new RangeError(`expected an object [rows, columns], got [${object.shape}]`);
  return object.shape as unknown as readonly [number, number];
}

function titles(options: ObjectFigureOptions, title: string): { title: string; subtitle?: string } {
  return { title: options.title ?? title, ...(options.subtitle === undefined ? {} : { subtitle: options.subtitle }) };
}
