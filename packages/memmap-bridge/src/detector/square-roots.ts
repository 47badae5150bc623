import type { FrameSource } from '../frame-source.js';

/** Frames of counts as amplitudes. Closing them closes the counts. */
export function squareRoots(counts: FrameSource): FrameSource {
  const { frameCount, frameSize } = counts;
  return {
    frameCount,
    frameSize,
    readFrames: async (indices, into) => {
      await counts.readFrames(indices, into);
      const length = indices.length * frameSize ** 2;
      for (let i = 0; i < length; i++) into[i] = Math.sqrt(into[i] as number);
    },
    close: () => counts.close(),
  };
}
