import { FrameSizeError } from '../errors.js';
import { detectorWindow, windowed } from '../foreign/detector-window.js';
import { bandLimited } from '../foreign/separable-transform.js';
import type { FrameSource } from '../frame-source.js';
import { assertGather } from '../gather.js';
import { RawData } from '../raw-data.js';

/**
 * A view of the middle `size` x `size` pixels of every frame. Object pixels grow by N / size, so positions and probe follow; object and
 * truth patches are left out. Closing the view closes the scan.
 *
 * @throws FrameSizeError more pixels than the frames have
 * @throws RangeError a size that is not even
 */
export function cropDetector(raw: RawData, size: number): RawData {
  const { frameSize, source } = raw;
  const window = detectorWindow([frameSize, frameSize], { hints: { crop: size }, where: source });
  if (window.size === frameSize) return raw;
  const factor = size / frameSize;
  const scaled = (values: Float64Array): Float64Array => values.map((value) => value * factor);
  const left = [raw.objectGuess && 'objectGuess', raw.truthPatches && 'Y'].filter((name) => name !== undefined);
  return new RawData({
    ...raw,
    frames: croppedFrames(raw, window),
    xcoords: scaled(raw.xcoords),
    ycoords: scaled(raw.ycoords),
    xcoordsStart: raw.xcoordsStart === raw.xcoords ? undefined : scaled(raw.xcoordsStart),
    ycoordsStart: raw.ycoordsStart === raw.ycoords ? undefined : scaled(raw.ycoordsStart),
    probeGuess: bandLimited(raw.probeGuess, size),
    objectGuess: undefined,
    truthPatches: undefined,
    badPixels: raw.badPixels && windowed(raw.badPixels, window, frameSize),
    metadata: { ...raw.metadata, ...grownPixel(raw.metadata, frameSize / size) },
    conversions: [
      ...raw.conversions,
      `diffraction: the middle ${size} x ${size} of ${frameSize} x ${frameSize} pixels kept; positions times ${size}/${frameSize}, probe limited to these pixels`,
      ...left.map((name) => `${name} left out: its pixels are those of the whole detector`),
    ],
  });
}

function croppedFrames(raw: RawData, window: { readonly row: number; readonly column: number; readonly size: number }): FrameSource {
  const { frames, frameSize } = raw;
  const pixels = window.size ** 2;
  return {
    frameCount: frames.frameCount,
    frameSize: window.size,
    readFrames: async (indices, into) => {
      assertGather(indices, into, { count: frames.frameCount, length: pixels });
      const whole = new Float32Array(indices.length * frameSize ** 2);
      await frames.readFrames(indices, whole);
      for (let k = 0; k < indices.length; k++)
        into.set(windowed(whole.subarray(k * frameSize ** 2, (k + 1) * frameSize ** 2), window, frameSize), k * pixels);
    },
    close: () => raw.close(),
  };
}

function grownPixel(metadata: RawData['metadata'], factor: number): Readonly<Record<string, number>> {
  const { pixel_size_m: pixel } = metadata;
  return typeof pixel === 'number' ? { pixel_size_m: pixel * factor } : {};
}

/** Refuses frames that cannot be cut into whole bins. */
export function assertBins(frameSize: number, factor: number, where: string): void {
  if (!(Number.isInteger(factor) && factor >= 1)) throw new RangeError(`expected bin to be a positive integer, got ${factor}`);
  if (frameSize % factor === 0 && (frameSize / factor) % 2 === 0) return;
  throw new FrameSizeError(`Frames of ${frameSize} x ${frameSize} pixels do not make an even number of bins of ${factor}`, {
    size: [frameSize, frameSize],
    where,
    fix: `crop first: --crop ${Math.floor(frameSize / (2 * factor)) * 2 * factor}`,
  });
}
