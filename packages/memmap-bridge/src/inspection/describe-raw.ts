import type { FrameSample } from '../dataset/frame-sample.js';
import { frameStatistics } from '../dataset/frame-statistics.js';
import type { DatasetInspection } from '../inspect-dataset.js';
import type { RawData } from '../raw-data.js';
import { describeScan } from './describe-scan.js';

/** Frames that a sample takes. */
const SAMPLES = 16;

/** What an open scan looks like. */
export async function describeRaw(
  raw: RawData,
  options: { readonly frames?: 'sample' | 'all' | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<Pick<DatasetInspection, 'frames' | 'scan' | 'probe' | 'object' | 'metadata' | 'conversions'>> {
  const { frameCount: count, frameSize: size, probeGuess, objectGuess } = raw;
  const statistics = await frameStatistics(framesOf(raw, options));
  return {
    frames: { key: 'diffraction', count, size, axis: 'first', ...statistics },
    scan: describeScan(raw),
    probe: { shape: probeGuess.shape, power: probeGuess.data.reduce((sum, part) => sum + part * part, 0) },
    object: objectGuess && { shape: objectGuess.shape },
    metadata: raw.metadata,
    conversions: raw.conversions,
  };
}

async function* framesOf(
  raw: RawData,
  options: { readonly frames?: 'sample' | 'all' | undefined; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<FrameSample> {
  const { frameCount, frameSize } = raw;
  const taken = options.frames === 'all' ? frameCount : Math.min(SAMPLES, frameCount);
  const values = new Float32Array(frameSize ** 2);
  for (let k = 0; k < taken; k++) {
    options.signal?.throwIfAborted();
    const frame = Math.floor((k * frameCount) / taken);
    await raw.frames.readFrames([frame], values);
    yield { start: frame * values.length, values };
  }
}
