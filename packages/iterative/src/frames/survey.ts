import type { RawData } from '@ptychokit/memmap-bridge';
import { SolveDataError } from '../errors.js';

/** What one pass over all frames tells before anything is reconstructed. */
export interface ScanSurvey {
  /** Counts of each frame. */
  readonly frameCounts: Float64Array;
  readonly totalCounts: number;
  /** Counts of each detector pixel, summed over the frames, `[N * N]`. */
  readonly pixelCounts: Float64Array;
  /** Frames without a single count. */
  readonly emptyFrames: readonly number[];
}

const FRAMES_PER_READ = 64;

/**
 * Counts per frame and per detector pixel; memory is one read and one frame, whatever the number of frames.
 *
 * @throws SolveDataError a scan without a count
 * @throws FrameValueError a frame with NaN, infinite or negative pixels
 */
export async function surveyScan(
  raw: RawData,
  { countScale, signal }: { readonly countScale: number; readonly signal?: AbortSignal | undefined },
): Promise<ScanSurvey> {
  const { frameCount, frameSize } = raw;
  const area = frameSize ** 2;
  const buffer = new Float32Array(Math.min(FRAMES_PER_READ, frameCount) * area);
  const frameCounts = new Float64Array(frameCount);
  const pixelCounts = new Float64Array(area);
  for (let first = 0; first < frameCount; first += FRAMES_PER_READ) {
    signal?.throwIfAborted();
    const indices = Int32Array.from({ length: Math.min(FRAMES_PER_READ, frameCount - first) }, (_, i) => first + i);
    await raw.frames.readFrames(indices, buffer);
    for (let k = 0; k < indices.length; k++) {
      frameCounts[first + k] = addFrame(buffer.subarray(k * area, (k + 1) * area), pixelCounts, countScale);
    }
  }
  const totalCounts = frameCounts.reduce((a, b) => a + b, 0);
  if (!(totalCounts > 0)) {
    throw new SolveDataError('The diffraction is zero everywhere', {
      where: raw.source,
      fix: 'check which array the file calls diffraction',
    });
  }
  const emptyFrames = [...frameCounts.keys()].filter((j) => frameCounts[j] === 0);
  return { frameCounts, totalCounts, pixelCounts, emptyFrames };
}

function addFrame(frame: Float32Array, pixelCounts: Float64Array, countScale: number): number {
  let sum = 0;
  for (let i = 0; i < frame.length; i++) {
    const counts = (countScale * (frame[i] as number)) ** 2;
    sum += counts;
    pixelCounts[i] = (pixelCounts[i] as number) + counts;
  }
  return sum;
}
