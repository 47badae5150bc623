import { tidy } from '@tensorflow/tfjs-core';
import { cut } from '../batching/batching.js';
import { amplitudeErrors } from '../engines/amplitude-residual.js';
import { exitFields } from '../engines/propagate.js';
import { readBatches } from '../frames/read-batches.js';
import type { PreparedSolve, SolveRequest } from './prepare.js';

const FRAMES_PER_READ = 64;

/** Error of the frames that are not learned from, as a share of their counts. */
export async function heldOutError(run: PreparedSolve, { raw }: SolveRequest): Promise<number> {
  const { kernels, state, survey, heldOut, mask } = run;
  const options = { kernels, countScale: run.countScale, placementsOf: run.place, ...run.canvas };
  let error = 0;
  for await (const batch of readBatches(raw.frames, cut(heldOut, FRAMES_PER_READ), options)) {
    const errors = tidy(() => {
      const { fields } = exitFields(kernels, batch, state);
      return amplitudeErrors(kernels, fields, { amplitudes: batch.amplitudes, mask });
    });
    error += errors.dataSync<'float32'>().reduce((a, b) => a + b, 0);
    errors.dispose();
  }
  return error / heldOut.reduce((sum, j) => sum + (survey.frameCounts[j] as number), 0);
}
