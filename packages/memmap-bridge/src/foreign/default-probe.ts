import type { ComplexArray } from '@ptychokit/config';
import type { FrameSource } from '../frame-source.js';
import { inverseFourier } from './separable-transform.js';

/** Frames that the mean is taken of, spread over the scan. */
const SAMPLES = 64;

/**
 * A first probe from the frames alone: the wave whose far field is the square root of the mean diffraction pattern, with flat phase. Its
 * power is that of the mean frame.
 *
 * @returns `[N, N]`
 */
export async function defaultProbe(frames: FrameSource): Promise<ComplexArray> {
  const { frameCount, frameSize } = frames;
  const count = Math.min(SAMPLES, frameCount);
  const pixels = frameSize ** 2;
  const mean = new Float64Array(pixels);
  const frame = new Float32Array(pixels);
  for (let k = 0; k < count; k++) {
    await frames.readFrames([Math.floor((k * frameCount) / count)], frame);
    for (let i = 0; i < pixels; i++) mean[i] = (mean[i] as number) + (frame[i] as number) ** 2 / count;
  }
  const data = new Float32Array(2 * pixels);
  for (let i = 0; i < pixels; i++) data[2 * i] = Math.sqrt(mean[i] as number);
  return inverseFourier({ shape: [frameSize, frameSize], data });
}
