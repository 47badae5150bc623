import { add, mul, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { removeScaleAmbiguity, scannedBox } from '../constraints/ambiguity.js';
import { accelerate } from '../constraints/momentum.js';
import { orthogonalModes } from '../constraints/probe-modes.js';
import { denoiseTotalVariation } from '../constraints/total-variation.js';
import { scaled } from '../kernels/complex-kernels.js';
import { movePositions } from '../positions/move-positions.js';
import { heldOutError } from './held-out.js';
import type { PreparedSolve, SolveRequest } from './prepare.js';
import { positionsAreOn, probeIsOn } from './schedule.js';
import type { SolveEpoch, SolveEvent } from './solve-event.js';

/** Epochs between removals of the common factor of object and probe. */
const AMBIGUITY_STRIDE = 10;

/** What follows the last batch of an epoch: acceleration, constraints, positions, the record. */
export async function finishEpoch(run: PreparedSolve, request: SolveRequest, started: number): Promise<SolveEvent> {
  const { state, kernels } = run;
  const { config, raw } = request;
  const epoch = state.progress.epoch + 1;
  if (config.momentum > 0) pushOn(run, request);
  if (config.totalVariation > 0)
    state.accept({ object: denoiseTotalVariation(kernels, state.object, { weight: config.totalVariation }), probe: state.probe });
  if (probeIsOn(request, epoch)) constrainProbe(run, request);
  const positionMovePx = positionsAreOn(request, epoch) ? movePositions(state, { frames: run.frames, place: run.clamp, ...config }) : null;
  if (epoch > config.epochs - run.settings.averaged) average(run);
  const { errorSum, frames } = state.progress;
  const counts = run.frames.reduce((sum, j) => sum + (run.survey.frameCounts[j] as number), 0);
  const record: SolveEpoch = {
    epoch,
    loss: errorSum / frames / raw.frameSize ** 2,
    relativeError: errorSum / counts,
    heldOutError: run.heldOut.length === 0 ? null : await heldOutError(run, request),
    positionMovePx,
    seconds: (performance.now() - started) / 1e3,
  };
  const monitored = (each: SolveEpoch): number => each.heldOutError ?? each.loss;
  const best = state.history.every((earlier) => monitored(record) < monitored(earlier));
  state.history.push(record);
  state.progress = { epoch, batch: 0, errorSum: 0, frames: 0, seconds: 0 };
  return { type: 'epoch', best, ...record };
}

function pushOn({ state, kernels }: PreparedSolve, { config, raw }: SolveRequest): void {
  const { progress, history } = state;
  const last = history.at(-1)?.loss ?? Number.POSITIVE_INFINITY;
  const epoch = {
    before: state.before as Tensor,
    after: state.object,
    illumination: state.illumination,
    gain: config.momentum,
    falling: progress.errorSum / progress.frames / raw.frameSize ** 2 <= last,
  };
  const { object, memory } = accelerate(kernels, state.momentum, epoch);
  state.accept({ object, probe: state.probe });
  state.remember(memory);
}

function constrainProbe(run: PreparedSolve, { raw }: SolveRequest): void {
  const { state, kernels } = run;
  if (run.settings.modes > 1) state.accept({ object: state.object, probe: orthogonalModes(kernels, state.probe) });
  if (state.progress.epoch % AMBIGUITY_STRIDE !== 0) return;
  const { columns, rows, fractionX, fractionY } = run.place(run.frames);
  const starts = { x: fractionX.map((f, j) => f + (columns[j] as number)), y: fractionY.map((f, j) => f + (rows[j] as number)) };
  const { factor, ...estimate } = removeScaleAmbiguity(kernels, state, {
    illumination: state.illumination,
    box: scannedBox(starts, raw.frameSize),
  });
  state.accept(estimate);
  if (state.average === undefined) return;
  const old = state.average;
  state.average = scaled(kernels, old, 1 / factor);
  old.dispose();
}

/** The running mean of the objects at the ends of epochs. */
function average({ state, kernels }: PreparedSolve): void {
  const old = state.average;
  const count = state.averagedEpochs + 1;
  state.average = tidy(() => {
    if (old === undefined) return scaled(kernels, state.object, 1);
    return kernels.fromParts(add(mul(kernels.parts(old), (count - 1) / count), mul(kernels.parts(state.object), 1 / count)));
  });
  state.averagedEpochs = count;
  old?.dispose();
}
