import { type ComplexArray, complexZeros, type SolveConfig } from '@ptychokit/config';
import { type SolveOutcome, solve, uniformBatches } from '@ptychokit/iterative';
import { RawData } from '@ptychokit/memmap-bridge';
import { align, type FrcCrossing, type FrcCurve, frc, frcCrossing, illuminationOf, pixelsIn, scoreRegion } from '@ptychokit/metrics';
import type { RunServices } from '../compose.js';

/** How far two reconstructions from separate halves of the frames agree. */
export interface SplitHalf {
  readonly curve: FrcCurve;
  readonly at0p5: FrcCrossing;
  readonly halfBit: FrcCrossing;
}

/** What was reconstructed from all frames. */
export interface SplitHalfRequest {
  readonly raw: RawData;
  readonly config: SolveConfig;
  readonly outcome: SolveOutcome;
  readonly badPixels?: Uint8Array | undefined;
  readonly threads?: number | undefined;
}

const NAMES = ['first half', 'second half'] as const;

/**
 * Reconstructs two halves of the frames separately, from the same start and with the same settings, at the positions found with all frames, and
 * correlates the two objects ring by ring where the scan measured both. Undefined when the run was aborted meanwhile.
 *
 * Neighbours come in pairs, and lots decide which of them goes to which half. Every other frame of a raster would leave two coarser rasters in
 * opposite phase, whose artefacts at the period of the raster cancel in the correlation, however well the object is resolved.
 *
 * Source: van Heel & Schatz, J. Struct. Biol. 151, 250 (2005).
 */
export async function splitHalf(
  request: SplitHalfRequest,
  services: Pick<RunServices, 'onEvent' | 'signal'>,
): Promise<SplitHalf | undefined> {
  const objects: ComplexArray[] = [];
  for (const [index, frames] of halvesOf(request.outcome.positions, request.config).entries()) {
    const half = await solveHalf(request, { frames, name: NAMES[index] as string }, services);
    if (half === undefined) return undefined;
    objects.push(onCanvasOf(request.outcome, half));
  }
  const [first, second] = objects as [ComplexArray, ComplexArray];
  const region = commonRegion(request);
  const aligned = pixelsIn(region) === 0 ? second : align(first, second, { region }).image;
  const curve = frc(first, aligned, { region, window: 'hann' });
  return { curve, at0p5: frcCrossing(curve, 0.5), halfBit: frcCrossing(curve, 'half-bit') };
}

/** Frames of the two halves, in order: one of every two neighbours each, by lot. */
export function halvesOf(
  { x, y }: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> },
  { seed }: Pick<SolveConfig, 'seed'>,
): readonly (readonly number[])[] {
  const frames = Int32Array.from({ length: x.length }, (_, j) => j);
  return uniformBatches({ batchSize: Math.ceil(x.length / 2), seed, frames, x, y }).map((half) => [...half.sort()]);
}

/** The half of a crossing that a person reads: where it is, or why it is nowhere. */
export const crossingText = (crossing: FrcCrossing): string =>
  crossing.reason ?? `${crossing.fractionOfNyquist.toFixed(2)} of Nyquist (${crossing.periodPx.toFixed(1)} px)`;

async function solveHalf(
  { raw, config, outcome, badPixels, threads }: SplitHalfRequest,
  { frames, name }: { readonly frames: readonly number[]; readonly name: string },
  { onEvent, signal }: Pick<RunServices, 'onEvent' | 'signal'>,
): Promise<SolveOutcome | undefined> {
  const moved = new RawData({ ...raw, xcoords: outcome.positions.x, ycoords: outcome.positions.y });
  const run = solve({ raw: moved.subset(frames), config: { ...config, refinePositions: false }, badPixels, signal, threads });
  for (;;) {
    const next = await run.next();
    if (next.done === true) return next.value.reason === 'interrupted' ? undefined : next.value;
    if (next.value.type === 'epoch') onEvent({ type: 'count', label: name, done: next.value.epoch, total: config.epochs });
  }
}

/** A half's object on the pixels of the whole one; zero where it does not reach. */
function onCanvasOf({ object: { shape }, origin }: SolveOutcome, half: SolveOutcome): ComplexArray {
  const [rows = 0, cols = 0] = shape;
  const [height = 0, width = 0] = half.object.shape;
  const target = complexZeros([rows, cols]);
  const [left, top] = [half.origin.x - origin.x, half.origin.y - origin.y];
  const [from, to] = [Math.max(0, left), Math.min(cols, left + width)];
  for (let y = Math.max(0, top); y < Math.min(rows, top + height); y++) {
    const start = 2 * ((y - top) * width + from - left);
    target.data.set(half.object.data.subarray(start, start + 2 * (to - from)), 2 * (y * cols + from));
  }
  return target;
}

function commonRegion({ raw, outcome }: SplitHalfRequest): ReturnType<typeof scoreRegion> {
  const N = raw.frameSize;
  const { data } = outcome.probe;
  const intensity = new Float64Array(N * N);
  for (let i = 0; i < data.length / 2; i++) {
    intensity[i % (N * N)] = (intensity[i % (N * N)] as number) + (data[2 * i] as number) ** 2 + (data[2 * i + 1] as number) ** 2;
  }
  const illumination = illuminationOf({
    probeIntensity: { shape: [N, N], data: intensity },
    xcoords: outcome.positions.x.map((x) => x - outcome.origin.x),
    ycoords: outcome.positions.y.map((y) => y - outcome.origin.y),
    shape: outcome.object.shape,
  });
  return scoreRegion(illumination, { rimPx: N / 4 });
}
