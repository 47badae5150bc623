import { join } from 'node:path';
import { openDataset } from '@ptychokit/memmap-bridge';
import type { Row } from '../row.js';
import { medianOf, quote } from '../statistics.js';
import { BareTransforms } from './bare-transforms.js';
import { runSolve } from './run-solve.js';

const BATCH = 96;
const GATE = 5;

/** One epoch beside one pass of bare transforms, alternating in one run. */
export async function speed(
  folder: string,
  options: { readonly file: string; readonly python: string; readonly threads: number; readonly pairs: number },
): Promise<Row[]> {
  const { file, python, threads, pairs } = options;
  await using raw = await openDataset(join(folder, file));
  const bare = new BareTransforms({ python, frames: raw.frameCount, frameSize: raw.frameSize, batch: BATCH, threads });
  const ratios: number[] = [];
  const own: number[] = [];
  const reference: number[] = [];
  try {
    const config = { batchSize: BATCH, epochs: 2 + pairs, smoothness: 0, noiseModel: 'gaussian', averagedShare: 0 };
    await runSolve(raw, config, {
      threads,
      onEvent: async (event) => {
        if (event.type !== 'epoch') return;
        const seconds = await bare.pass();
        if (event.epoch <= 2) return;
        own.push(1e3 * event.seconds);
        reference.push(1e3 * seconds);
        ratios.push(event.seconds / seconds);
      },
    });
  } finally {
    bare.close();
  }
  const least = Math.min(...own) / Math.min(...reference);
  const ms = `${medianOf(own).toFixed(0)} against ${medianOf(reference).toFixed(1)} ms; least against least ${least.toFixed(2)}`;
  const what = `LSQ-ML epoch over bare FFT loop, ${raw.frameCount} frames of ${raw.frameSize} x ${raw.frameSize}, batch ${BATCH}, ${ratios.length} pairs`;
  return [{ figure: what, gate: `<= ${GATE}`, measured: `${quote(ratios)} (${ms})`, passed: medianOf(ratios) <= GATE }];
}
