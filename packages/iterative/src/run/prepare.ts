import { availableParallelism } from 'node:os';
import { type ComplexArray, Random, type SolveConfig } from '@ptychokit/config';
import type { RawData } from '@ptychokit/memmap-bridge';
import { checkerboard } from '@ptychokit/physics';
import { type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { type Batching, createBatching } from '../batching/batching.js';
import { illuminationMap } from '../constraints/illumination.js';
import { withModes } from '../constraints/probe-modes.js';
import { createEngine } from '../engines/create-engine.js';
import type { IterativeEngine } from '../engines/engine.js';
import { SolveDataError } from '../errors.js';
import { findBadPixels } from '../frames/bad-pixels.js';
import { type FrameMemory, frameMemory } from '../frames/read-batches.js';
import { type ScanSurvey, surveyScan } from '../frames/survey.js';
import { type ObjectCanvas, objectCanvas, WIDTH_STEP } from '../geometry/object-canvas.js';
import { type Placements, placementsOf } from '../geometry/placements.js';
import { type ComplexKernels, complexKernels } from '../kernels/complex-kernels.js';
import { toComplexTensor } from '../kernels/complex-transfer.js';
import { type SolveSettings, solveSettings } from './settings.js';
import { SolveState } from './solve-state.js';
import { type StartingObject, startingObject } from './starting-object.js';

/** A scan and how to reconstruct it. */
export interface SolveRequest {
  readonly config: SolveConfig;
  readonly raw: RawData;
  /** 1 where a detector pixel does not count, `[N * N]`. */
  readonly badPixels?: Uint8Array | undefined;
  /** Start from this object instead of what the configuration says; recorded as custom. */
  readonly initialObject?: StartingObject | undefined;
  /** Where checkpoints are kept; none are written without it. */
  readonly checkpointDir?: string | null | undefined;
  /** Go on from a checkpoint of the same run, if there is one; default true. */
  readonly resume?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Threads of LSQ-ML outside TensorFlow, one or two; results do not depend on it. Default: two where the machine has them. */
  readonly threads?: number | undefined;
}

/** A run that can start: everything was checked, nothing was updated yet. */
export interface PreparedSolve {
  readonly kernels: ComplexKernels;
  readonly engine: IterativeEngine;
  readonly settings: SolveSettings;
  readonly survey: ScanSurvey;
  readonly canvas: ObjectCanvas;
  readonly batching: Batching;
  readonly heldOut: Int32Array;
  readonly frames: Int32Array;
  /** Amplitudes times this are square roots of counts. */
  readonly countScale: number;
  /** The probe of the file was multiplied by this to give the counts that were measured. */
  readonly probeScale: number;
  readonly objectInit: 'ones' | 'guess' | 'custom';
  /** 1 where a detector pixel does not count; undefined when all do. */
  readonly badPixels: Uint8Array | undefined;
  /** 1 where a detector pixel counts; undefined when all do. */
  readonly mask: Tensor | undefined;
  readonly notes: readonly string[];
  /** Memory that the epochs read frames into. */
  readonly frameMemory: FrameMemory;
  readonly state: SolveState;
  /** Keeps refined positions on the canvas. */
  readonly clamp: (position: number, axis: 'x' | 'y') => number;
  /** Whole and sub-pixel places of frames at their current positions. */
  readonly place: (indices: ArrayLike<number>) => Placements;
  dispose(): void;
}

/** Pixels around the object: one keeps crops off the edge; positions under refinement may go further. */
const MARGIN = 2;
const REFINEMENT_MARGIN = 10;

/**
 * Surveys the frames, checks the scan, and builds engine, batches and the first estimate.
 *
 * @throws SolveDataError a scan that cannot be reconstructed
 * @throws EngineRequiredError the TensorFlow backend is not active
 */
export async function prepareSolve(request: SolveRequest): Promise<PreparedSolve> {
  const { config, raw, signal } = request;
  const kernels = complexKernels();
  assertScan(raw);
  const { countScale, survey } = await countsOf(request, signal);
  const notes: string[] = [];
  const frames = usableFrames(survey, raw, notes);
  const { kept, heldOut } = splitFrames(frames, config);
  const modes = raw.probeGuess.shape.length === 3 ? (raw.probeGuess.shape[0] as number) : 1;
  const N = raw.frameSize;
  const settings = solveSettings(config, { countsPerPixel: survey.totalCounts / frames.length / N ** 2, modes, frames: kept.length });
  const badPixels = allBadPixels(request, survey, notes);
  const margin = config.refinePositions ? REFINEMENT_MARGIN : MARGIN;
  const canvas = objectCanvas(raw.xcoords, raw.ycoords, { frameSize: N, margin });
  const mask =
    badPixels === undefined
      ? undefined
      : tensor2d(
          Float32Array.from(badPixels, (bad) => 1 - bad),
          [N, N],
        );
  const { object, objectInit } = startingObject(request, canvas);
  const { probe, probeScale } = startingProbe(kernels, raw.probeGuess, { settings, meanCounts: survey.totalCounts / frames.length, N });
  const state = firstState(kernels, { object, probe, raw, canvas });
  const engine = createEngine(kernels, { engine: config.engine, settings, mask, threads: request.threads ?? availableParallelism() });
  return {
    kernels,
    engine,
    settings,
    survey,
    canvas,
    batching: createBatching({ ...config, batchSize: settings.batchSize, frames: kept, x: raw.xcoords, y: raw.ycoords }),
    heldOut,
    frames: kept,
    countScale,
    probeScale: probeScale / countScale,
    objectInit,
    badPixels,
    mask,
    notes,
    frameMemory: frameMemory(settings.batchSize * N ** 2),
    state,
    clamp: (position, axis) => onCanvas(canvas, { position, axis, N }),
    place: (indices) => placesOn(canvas, state, { indices, N }),
    dispose: () => {
      engine.dispose?.();
      state.dispose();
      mask?.dispose();
    },
  };
}

function assertScan({ frameSize, frameCount, source, xcoords, ycoords, probeGuess }: RawData): void {
  const fail = (what: string, fix: string): never => {
    throw new SolveDataError(what, { where: source, fix });
  };
  if (frameSize % 2 !== 0) fail(`Frames of ${frameSize} x ${frameSize} pixels have no centre pixel`, 'cut the frames to an even size');
  if (frameCount < 2) fail(`A scan of ${frameCount} frames has no overlap to reconstruct from`, 'give a scan of many overlapping frames');
  for (const [name, values] of [
    ['xcoords', xcoords],
    ['ycoords', ycoords],
  ] as const) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) fail(`${name}[${at}] is ${values[at]}`, 'give every frame a position');
  }
  if (!probeGuess.data.every(Number.isFinite)) fail('The probe guess has values that are not numbers', 'give another probeGuess');
  if (!probeGuess.data.some((value) => value !== 0)) fail('The probe guess is zero everywhere', 'give another probeGuess');
}

async function countsOf(
  { config, raw }: SolveRequest,
  signal: AbortSignal | undefined,
): Promise<{ readonly countScale: number; readonly survey: ScanSurvey }> {
  const stated = raw.metadata.nphotons;
  const nphotons = config.nphotons ?? (typeof stated === 'number' && stated > 0 ? stated : null);
  const survey = await surveyScan(raw, { countScale: 1, signal });
  if (nphotons === null) return { countScale: 1, survey };
  const scale = nphotons / (survey.totalCounts / raw.frameCount);
  // Amplitudes that are square roots of counts already, but for their noise, stay as they are.
  if (config.nphotons === null && Math.abs(scale - 1) < 0.2) return { countScale: 1, survey };
  const scaled = (values: Float64Array): Float64Array => values.map((value) => value * scale);
  return {
    countScale: Math.sqrt(scale),
    survey: {
      ...survey,
      totalCounts: survey.totalCounts * scale,
      frameCounts: scaled(survey.frameCounts),
      pixelCounts: scaled(survey.pixelCounts),
    },
  };
}

function usableFrames(survey: ScanSurvey, raw: RawData, notes: string[]): Int32Array {
  const empty = new Set(survey.emptyFrames);
  if (empty.size > 0) {
    const some = survey.emptyFrames.slice(0, 8).join(', ');
    notes.push(`${empty.size} frames without a single count are left out: ${some}${empty.size > 8 ? ', …' : ''}`);
  }
  return Int32Array.from(Array.from({ length: raw.frameCount }, (_, j) => j).filter((j) => !empty.has(j)));
}

function splitFrames(frames: Int32Array, { heldOut, seed }: SolveConfig): { readonly kept: Int32Array; readonly heldOut: Int32Array } {
  const count = Math.round(heldOut * frames.length);
  if (count === 0) return { kept: frames, heldOut: new Int32Array(0) };
  const order = new Random(seed, 'held-out frames').permutation(frames.length);
  const pick = (part: Int32Array): Int32Array => part.map((i) => frames[i] as number).sort();
  return { kept: pick(order.slice(count)), heldOut: pick(order.slice(0, count)) };
}

function allBadPixels({ config, raw, badPixels }: SolveRequest, survey: ScanSurvey, notes: string[]): Uint8Array | undefined {
  const N = raw.frameSize;
  if (badPixels !== undefined && badPixels.length !== N * N) {
    throw new SolveDataError(`The mask has ${badPixels.length} pixels, the frames have ${N} x ${N}`, {
      fix: 'give a mask of the size of a frame',
    });
  }
  const all = Uint8Array.from(badPixels ?? new Uint8Array(N * N), (bad) => (bad === 0 ? 0 : 1));
  if (config.findBadPixels) {
    const found = findBadPixels(survey.pixelCounts, N);
    for (const [kind, pixels] of Object.entries(found) as [string, readonly number[]][]) {
      const fresh = pixels.filter((pixel) => all[pixel] === 0);
      if (fresh.length === 0) continue;
      const places = fresh.slice(0, 6).map((pixel) => `(${Math.floor(pixel / N)}, ${pixel % N})`);
      notes.push(`${fresh.length} ${kind} detector pixels (row, column) are left out: ${places.join(' ')}${fresh.length > 6 ? ' …' : ''}`);
      for (const pixel of fresh) all[pixel] = 1;
    }
  }
  if (all.every((bad) => bad === 1))
    throw new SolveDataError('The mask leaves no pixel', { fix: 'mask pixels are 1 where a pixel is bad' });
  return all.some((bad) => bad === 1) ? all : undefined;
}

/** |fft2(P)|^2 sums to the mean counts of a frame, so that an object of ones gives the counts that were measured. */
function startingProbe(
  kernels: ComplexKernels,
  guess: ComplexArray,
  { settings, meanCounts, N }: { readonly settings: SolveSettings; readonly meanCounts: number; readonly N: number },
): { readonly probe: Tensor; readonly probeScale: number } {
  const data = withModes(guess, settings.modes);
  const power = data.reduce((sum, value) => sum + value * value, 0);
  const unitary = Math.sqrt(meanCounts / power);
  const scaled = data.map((value) => (value * unitary) / N);
  const probe = tidy(() =>
    kernels.multiply(toComplexTensor(kernels, { shape: [settings.modes, N, N], data: scaled }), kernels.fromReal(checkerboard(N))),
  );
  return { probe, probeScale: unitary };
}

function firstState(
  kernels: ComplexKernels,
  {
    object,
    probe,
    raw,
    canvas,
  }: { readonly object: ComplexArray; readonly probe: Tensor; readonly raw: RawData; readonly canvas: ObjectCanvas },
): SolveState {
  const positions = { x: raw.xcoords, y: raw.ycoords };
  const starts = placementsOf(positions, { frameSize: raw.frameSize, ...canvas });
  const illumination = illuminationMap(kernels, probe, { ...starts, ...canvas });
  return new SolveState({ object: toComplexTensor(kernels, object), probe, illumination, ...positions });
}

function placesOn(
  canvas: ObjectCanvas,
  state: SolveState,
  { indices, N }: { readonly indices: ArrayLike<number>; readonly N: number },
): Placements {
  const pick = (values: Float64Array): Float64Array => Float64Array.from(indices, (j) => values[j] as number);
  return placementsOf({ x: pick(state.x), y: pick(state.y) }, { frameSize: N, ...canvas });
}

/** Patches stay one pixel away from the edge, and off the free block at the right. */
function onCanvas(
  { originX, originY, height, width }: ObjectCanvas,
  { position, axis, N }: { readonly position: number; readonly axis: 'x' | 'y'; readonly N: number },
): number {
  const [origin, size] = axis === 'x' ? [originX, width - WIDTH_STEP] : [originY, height];
  return Math.max(origin + N / 2 + 1, Math.min(origin + size - N / 2 - 1, position));
}
