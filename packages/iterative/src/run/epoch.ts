import { setImmediate as nextTurn } from 'node:timers/promises';
import { add, mul, tidy } from '@tensorflow/tfjs-core';
import { illuminationMap } from '../constraints/illumination.js';
import type { Update, UpdateContext } from '../engines/engine.js';
import type { FrameBatch } from '../engines/propagate.js';
import { readBatches } from '../frames/read-batches.js';
import { scaled } from '../kernels/complex-kernels.js';
import { assertConverging } from './divergence.js';
import { finishEpoch } from './finish-epoch.js';
import type { PreparedSolve, SolveRequest } from './prepare.js';
import { positionsAreOn, probeIsOn } from './schedule.js';
import type { SolveEvent } from './solve-event.js';

/** One epoch, or the rest of an interrupted one; false when it was interrupted again. */
export async function* runEpoch(run: PreparedSolve, request: SolveRequest): AsyncGenerator<SolveEvent, boolean, undefined> {
  const { state, batching } = run;
  const { raw, signal, config } = request;
  const epoch = state.progress.epoch + 1;
  if (state.progress.batch === 0) beginEpoch(run, request);
  const batches = batching.epoch(epoch);
  const started = performance.now() - 1e3 * state.progress.seconds;
  const options = { kernels: run.kernels, countScale: run.countScale, placementsOf: run.place, memory: run.frameMemory, ...run.canvas };
  for await (const batch of readBatches(raw.frames, batches.slice(state.progress.batch), options)) {
    const update = run.engine.update(state, batch, contextOf(run, request, batch));
    take(run, { batch, update, started });
    const loss = update.error / batch.indices.length / raw.frameSize ** 2;
    assertConverging({ epoch, loss, history: state.history, config });
    yield { type: 'batch', epoch, batch: state.progress.batch, batchesPerEpoch: batches.length, loss };
    // The engine works synchronously: signals, timers and reads get their turn here.
    await nextTurn();
    if (signal?.aborted === true && state.progress.batch < batches.length) return false;
  }
  yield await finishEpoch(run, request, started);
  return true;
}

function contextOf(run: PreparedSolve, request: SolveRequest, batch: FrameBatch): UpdateContext {
  const epoch = run.state.progress.epoch + 1;
  return {
    illumination: run.state.illumination,
    share: batch.indices.length / run.frames.length,
    updateProbe: probeIsOn(request, epoch),
    refinePositions: positionsAreOn(request, epoch),
  };
}

/** The new estimate, the displacements that were found, and the sums of the epoch. */
function take({ state }: PreparedSolve, done: { readonly batch: FrameBatch; readonly update: Update; readonly started: number }): void {
  const { batch, update, started } = done;
  state.accept(update);
  const { displacements } = update;
  if (displacements !== undefined) {
    for (const [i, frame] of batch.indices.entries()) {
      state.moveX[frame] = displacements.x[i] as number;
      state.moveY[frame] = displacements.y[i] as number;
    }
  }
  const { progress } = state;
  state.progress = {
    epoch: progress.epoch,
    batch: progress.batch + 1,
    errorSum: progress.errorSum + update.error,
    frames: progress.frames + batch.indices.length,
    seconds: (performance.now() - started) / 1e3,
  };
}

/** The illumination follows the probe, averaged with what it was: every epoch at first, then now and then. */
function beginEpoch(run: PreparedSolve, request: SolveRequest): void {
  const { state, kernels, canvas } = run;
  const epoch = state.progress.epoch + 1;
  if (request.config.momentum > 0) {
    state.before?.dispose();
    state.before = scaled(kernels, state.object, 1);
  }
  if (epoch === 1 || !(epoch <= 10 || epoch % 10 === 0)) return;
  const starts = run.place(run.frames);
  state.illuminate(tidy(() => mul(add(state.illumination, illuminationMap(kernels, state.probe, { ...starts, ...canvas })), 0.5)));
}
