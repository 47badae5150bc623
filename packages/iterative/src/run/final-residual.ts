import { addResidualSums, type RelativeResidual, type ResidualSums, residualOf, residualSums } from '@ptychokit/physics';
import { mul, sqrt, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { cut } from '../batching/batching.js';
import { modeSum } from '../engines/amplitude-residual.js';
import { exitFields } from '../engines/propagate.js';
import { readBatches } from '../frames/read-batches.js';
import type { PreparedSolve, SolveRequest } from './prepare.js';

const FRAMES_PER_READ = 64;

/**
 * Relative residual of the finished object over all frames that count, sum (s A - X)^2 / sum X^2 with one best factor s; left-out detector pixels do
 * not count. Frames are modelled as in the reconstruction, with the probe moved by the sub-pixel part of the position.
 */
export async function finalResidual(run: PreparedSolve, { raw }: SolveRequest): Promise<RelativeResidual> {
  const { kernels, state, mask } = run;
  const options = { kernels, countScale: run.countScale, placementsOf: run.place, ...run.canvas };
  const estimate = { object: state.average ?? state.object, probe: state.probe };
  const frames = Int32Array.from([...run.frames, ...run.heldOut]).sort();
  let sums: ResidualSums | undefined;
  for await (const batch of readBatches(raw.frames, cut(frames, FRAMES_PER_READ), options)) {
    const masked = (values: Tensor): Tensor => (mask === undefined ? mul(values, 1) : mul(values, mask));
    const measured = masked(batch.amplitudes);
    const predicted = tidy(() => {
      const { fields } = exitFields(kernels, batch, estimate);
      return masked(sqrt(modeSum(kernels.squaredModulus(fields))));
    });
    const own = await residualSums(predicted, measured);
    predicted.dispose();
    measured.dispose();
    sums = sums === undefined ? own : addResidualSums(sums, own);
  }
  return residualOf(sums as ResidualSums);
}
