import type { ComplexArray } from '@ptychokit/config';
import type { FrameSource } from '../frame-source.js';
import { assertGather } from '../gather.js';
import { RawData } from '../raw-data.js';
import { assertBins } from './crop.js';

/**
 * A view whose pixels are sums of `factor` x `factor` pixels: amplitude = sqrt(sum of squares). The object pixel stays, the field of view
 * shrinks by the factor: the probe keeps its middle part, with the phase ramp that half a bin makes; positions and object stay. Closing the
 * view closes the scan.
 *
 * @throws FrameSizeError frames that are no even number of bins wide
 */
export function binDetector(raw: RawData, factor: number): RawData {
  const { frameSize } = raw;
  assertBins(frameSize, factor, raw.source);
  if (factor === 1) return raw;
  const size = frameSize / factor;
  const note = `diffraction: ${factor} x ${factor} pixels binned into one (sqrt of the sum of squares); probe cut to its middle ${size} x ${size} pixels`;
  const { detector_pixel_m: pixel } = raw.metadata;
  return new RawData({
    ...raw,
    frames: binnedFrames(raw, factor),
    probeGuess: middleOf(raw.probeGuess, factor),
    truthPatches: undefined,
    badPixels: undefined,
    metadata: { ...raw.metadata, ...(typeof pixel === 'number' ? { detector_pixel_m: pixel * factor } : {}) },
    conversions: [
      ...raw.conversions,
      note,
      ...(raw.truthPatches === undefined ? [] : ['Y left out: its patches are larger than the frames']),
    ],
  });
}

function binnedFrames(raw: RawData, factor: number): FrameSource {
  const { frames, frameSize } = raw;
  const size = frameSize / factor;
  return {
    frameCount: frames.frameCount,
    frameSize: size,
    readFrames: async (indices, into) => {
      assertGather(indices, into, { count: frames.frameCount, length: size ** 2 });
      const whole = new Float32Array(indices.length * frameSize ** 2);
      await frames.readFrames(indices, whole);
      const sums = new Float64Array(indices.length * size ** 2);
      for (let i = 0; i < whole.length; i++) {
        const row = Math.floor(Math.floor(i / frameSize) / factor); // rows of all frames: N is a whole number of bins
        const at = row * size + Math.floor((i % frameSize) / factor);
        sums[at] = (sums[at] as number) + (whole[i] as number) ** 2;
      }
      for (let i = 0; i < sums.length; i++) into[i] = Math.sqrt(sums[i] as number);
    },
    close: () => raw.close(),
  };
}

/** The middle of a bin lies (factor - 1) / 2 pixels beyond its first pixel; in the plane of the probe that is a phase ramp. */
function middleOf(probe: ComplexArray, factor: number): ComplexArray {
  const full = probe.shape.at(-1) as number;
  const size = full / factor;
  const modes = probe.data.length / (2 * full * full);
  const first = (full - size) / 2;
  const data = new Float32Array(2 * modes * size * size);
  for (let i = 0; i < modes * size * size; i++) {
    const [mode, row, column] = [Math.floor(i / (size * size)), Math.floor(i / size) % size, i % size];
    const from = 2 * ((mode * full + first + row) * full + first + column);
    const angle = (-Math.PI * (factor - 1) * (row + column - size)) / full;
    const [re, im] = [probe.data[from] as number, probe.data[from + 1] as number];
    data[2 * i] = re * Math.cos(angle) - im * Math.sin(angle);
    data[2 * i + 1] = re * Math.sin(angle) + im * Math.cos(angle);
  }
  return { shape: [...probe.shape.slice(0, -2), size, size], data };
}
