import type { ComplexArray } from '@ptychokit/config';
import { Random } from '@ptychokit/config';
import { FrameMaker } from './frame-maker.js';
import { poissonCounts } from './noise.js';

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
  const maker = new FrameMaker(source);
  const intensityScale = Math.sqrt(nphotons / maker.meanEnergy());
  const noisy = noise === 'poisson' && nphotons < Number.POSITIVE_INFINITY;
  const random = noisy ? new Random(seed, 'simulate', 'counts') : undefined;
  const frameCount = source.x.length;
  const detector = { frameCount, frameSize, maker, intensityScale, random };
  return {
    ...source,
    frameCount,
    nphotons,
    seed,
    intensityScale,
    frames: (range = {}) => simulateRange(detector, range),
    readFrames: async (indices, into) => simulateFrames(detector, indices, into),
  };
}

interface Detector {
  readonly frameCount: number;
  readonly frameSize: number;
  readonly maker: FrameMaker;
  readonly intensityScale: number;
  /** Absent without noise. */
  readonly random: Random | undefined;
}

const BATCH = 64;

async function* simulateRange(detector: Detector, range: FrameRange): AsyncGenerator<FrameBatch, void, undefined> {
  const { frameCount, frameSize } = detector;
  const { first = 0, count = frameCount - first, batchSize = BATCH, signal } = range;
  const end = first + count;
  if (!(first >= 0 && count >= 0 && end <= frameCount && batchSize >= 1)) {
    throw new RangeError(`expected frames within 0 … ${frameCount}, got ${count} from ${first} in batches of ${batchSize}`);
  }
  for (let start = first; start < end; start += batchSize) {
    signal?.throwIfAborted();
    const indices = Int32Array.from({ length: Math.min(batchSize, end - start) }, (_, k) => start + k);
    const amplitudes = new Float32Array(indices.length * frameSize ** 2);
    simulateFrames(detector, indices, amplitudes);
    yield { first: start, count: indices.length, amplitudes };
  }
}

function simulateFrames(detector: Detector, indices: ArrayLike<number>, into: Float32Array): void {
  const pixels = detector.frameSize ** 2;
  if (into.length < indices.length * pixels)
    throw new RangeError(`expected room for ${indices.length} frames of ${pixels} pixels, got ${into.length}`);
  for (let k = 0; k < indices.length; k++) {
    const frame = into.subarray(k * pixels, (k + 1) * pixels);
    detector.maker.intensity(indices[k] as number, frame);
    detect(frame, indices[k] as number, detector);
  }
}

/** Intensities to measured amplitudes, in place; each frame draws from a stream of its own. */
function detect(frame: Float32Array, index: number, { intensityScale, random }: Detector): void {
  if (random !== undefined) poissonCounts(frame, { random: random.stream('frame', index), scale: intensityScale ** 2, into: frame });
  const scale = random === undefined ? 1 : intensityScale;
  for (let i = 0; i < frame.length; i++) frame[i] = Math.sqrt(frame[i] as number) / scale;
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
