import type { ComplexArray } from '@ptychokit/config';
import { Random } from '@ptychokit/config';
import { tensor3d, tidy } from '@tensorflow/tfjs-core';
import { type ComplexPair, disposePair, toPair } from './complex-pair.js';
import { predictIntensity } from './forward-model.js';
import { poissonCounts } from './noise.js';
import { sampleObject } from './sample-object.js';

/** Options of {@link simulateScan}. */
export interface SimulateScanOptions {
  /** `[H, W]`. */
  readonly object: ComplexArray;
  /** `[N, N]`, or incoherent modes `[modes, N, N]`. */
  readonly probe: ComplexArray;
  /** Positions in pixels of the object array; pixel (N/2, N/2) of a patch lies on (x, y). */
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Dose: mean photons per frame. `Infinity` for no noise. */
  readonly nphotons: number;
  /** Any integer; decides the noise. */
  readonly seed: number;
  /** `none` keeps the scale of the dose and leaves out the noise; default `poisson`. */
  readonly noise?: 'poisson' | 'none';
}

/** Which frames to simulate, and how many at a time. */
export interface FrameRange {
  /** Default 0. */
  readonly first?: number;
  /** Default all from `first` on. */
  readonly count?: number;
  /** Frames per batch; default 64. It changes the memory used, not the frames. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
}

/** Consecutive frames of a simulated scan. */
export interface FrameBatch {
  readonly first: number;
  readonly count: number;
  /** `[count, N, N]`: sqrt(counts) / intensityScale, or the amplitude itself without noise. A new array for every batch. */
  readonly amplitudes: Float32Array;
}

/** A scan that is simulated as it is read. A frame depends on the scan, the dose, the seed and its index alone. */
export interface SimulatedScan {
  readonly frameCount: number;
  /** N. */
  readonly frameSize: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly object: ComplexArray;
  readonly probe: ComplexArray;
  readonly nphotons: number;
  readonly seed: number;
  /** s = sqrt(nphotons / mean over frames of sum |P O|^2): counts = (s * amplitude)^2. `Infinity` for an infinite dose. */
  readonly intensityScale: number;
  /** Frames in order; memory is one batch whatever the length. */
  frames(range?: FrameRange): AsyncGenerator<FrameBatch, void, undefined>;
  /** Writes the amplitudes of frames `indices` one after another, `[indices.length, N, N]`, into the caller's array, as a frame source does. */
  readFrames(indices: ArrayLike<number>, into: Float32Array): Promise<void>;
}

/**
 * Far-field frames of a scan over an object: exit waves at the true sub-pixel positions, counts ~ Poisson((s A)^2), amplitude sqrt(counts) / s.
 *
 * Reads every patch once to find the mean energy; frames are made when they are asked for.
 *
 * @throws {RangeError} when shapes, positions or dose make no scan.
 */
export function simulateScan(options: SimulateScanOptions): SimulatedScan {
  assertScan(options);
  const { object, probe, nphotons, seed, noise = 'poisson' } = options;
  const frameSize = probe.shape.at(-1) as number;
  const source = { object, probe, x: Float64Array.from(options.x), y: Float64Array.from(options.y), frameSize };
  const intensityScale = Math.sqrt(nphotons / meanExitEnergy(source));
  const noisy = noise === 'poisson' && nphotons < Number.POSITIVE_INFINITY;
  const detector = { intensityScale, random: noisy ? new Random(seed, 'simulate', 'counts') : undefined };
  return {
    ...source,
    frameCount: source.x.length,
    nphotons,
    seed,
    intensityScale,
    frames: (range = {}) => simulateRange({ ...source, ...detector }, range),
    readFrames: (indices, into) => simulateFrames({ ...source, ...detector }, indices, into),
  };
}

interface Source {
  readonly object: ComplexArray;
  readonly probe: ComplexArray;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly frameSize: number;
}

interface Detector {
  readonly intensityScale: number;
  /** Absent without noise. */
  readonly random: Random | undefined;
}

/** Frames that pass through the engine at a time. */
const CHUNK = 64;

async function* simulateRange(source: Source & Detector, range: FrameRange): AsyncGenerator<FrameBatch, void, undefined> {
  const { first = 0, count = source.x.length - first, batchSize = CHUNK, signal } = range;
  const end = first + count;
  if (!(first >= 0 && count >= 0 && end <= source.x.length && batchSize >= 1)) {
    throw new RangeError(`expected frames within 0 … ${source.x.length}, got ${count} from ${first} in batches of ${batchSize}`);
  }
  for (let start = first; start < end; start += batchSize) {
    signal?.throwIfAborted();
    const indices = Int32Array.from({ length: Math.min(batchSize, end - start) }, (_, k) => start + k);
    const amplitudes = new Float32Array(indices.length * source.frameSize ** 2);
    await simulateFrames(source, indices, amplitudes);
    yield { first: start, count: indices.length, amplitudes };
  }
}

async function simulateFrames(source: Source & Detector, indices: ArrayLike<number>, into: Float32Array): Promise<void> {
  const pixels = source.frameSize ** 2;
  if (into.length < indices.length * pixels)
    throw new RangeError(`expected room for ${indices.length} frames of ${pixels} pixels, got ${into.length}`);
  const probe = toPair(source.probe);
  try {
    for (let start = 0; start < indices.length; start += CHUNK) {
      const chunk = Array.prototype.slice.call(indices, start, start + CHUNK) as number[];
      const intensity = tidy(() => predictIntensity(patchesOf(source, chunk), probe));
      const values = await intensity.data<'float32'>();
      intensity.dispose();
      detect(values, chunk, source);
      into.set(values, start * pixels);
    }
  } finally {
    disposePair(probe);
  }
}

/** Intensities to measured amplitudes, in place; each frame draws from a stream of its own. */
function detect(intensity: Float32Array, indices: readonly number[], { intensityScale, random }: Detector): void {
  const pixels = intensity.length / indices.length;
  if (random !== undefined) {
    indices.forEach((index, k) => {
      const frame = intensity.subarray(k * pixels, (k + 1) * pixels);
      poissonCounts(frame, { random: random.stream('frame', index), scale: intensityScale ** 2, into: frame });
    });
  }
  const scale = random === undefined ? 1 : intensityScale;
  for (let i = 0; i < intensity.length; i++) intensity[i] = Math.sqrt(intensity[i] as number) / scale;
}

function patchesOf({ object, x, y, frameSize }: Source, indices: readonly number[]): ComplexPair {
  const pixels = frameSize * frameSize;
  const re = new Float32Array(indices.length * pixels);
  const im = new Float32Array(indices.length * pixels);
  indices.forEach((index, k) => {
    if (!(index >= 0 && index < x.length)) throw new RangeError(`expected frames of 0 … ${x.length - 1}, got ${index}`);
    const place = { x: x[index] as number, y: y[index] as number, size: frameSize };
    sampleObject(object, place, { re: re.subarray(k * pixels, (k + 1) * pixels), im: im.subarray(k * pixels, (k + 1) * pixels) });
  });
  const shape: [number, number, number] = [indices.length, frameSize, frameSize];
  return { re: tensor3d(re, shape), im: tensor3d(im, shape) };
}

/** Mean over frames of sum |P O|^2, which is the mean intensity of a frame (Parseval), in double precision. */
function meanExitEnergy({ object, probe, x, y, frameSize }: Source): number {
  const pixels = frameSize * frameSize;
  const illumination = new Float64Array(pixels);
  for (let i = 0; i < probe.data.length / 2; i++) {
    const at = i % pixels;
    illumination[at] = (illumination[at] as number) + (probe.data[2 * i] as number) ** 2 + (probe.data[2 * i + 1] as number) ** 2;
  }
  const patch = { re: new Float32Array(pixels), im: new Float32Array(pixels) };
  let energy = 0;
  for (let k = 0; k < x.length; k++) {
    sampleObject(object, { x: x[k] as number, y: y[k] as number, size: frameSize }, patch);
    for (let i = 0; i < pixels; i++) energy += (illumination[i] as number) * ((patch.re[i] as number) ** 2 + (patch.im[i] as number) ** 2);
  }
  return energy / x.length;
}

function assertScan({ object, probe, x, y, nphotons }: SimulateScanOptions): void {
  if (object.shape.length !== 2) throw new RangeError(`expected an object of shape [H, W], got [${object.shape.join(', ')}]`);
  const [rows, columns] = probe.shape.slice(-2);
  if ((probe.shape.length !== 2 && probe.shape.length !== 3) || rows !== columns) {
    throw new RangeError(`expected a probe of shape [N, N] or [modes, N, N], got [${probe.shape.join(', ')}]`);
  }
  if (x.length === 0 || x.length !== y.length)
    throw new RangeError(`expected as many x as y, at least one, got ${x.length} and ${y.length}`);
  if (!(nphotons > 0)) throw new RangeError(`expected nphotons above 0, got ${nphotons}`);
}
