import { setImmediate as nextTurn } from 'node:timers/promises';
import { add, mul, tidy } from '@tensorflow/tfjs-core';
import { removeScaleAmbiguity, scannedBox } from '../constraints/ambiguity.js';
import { illuminationMap } from '../constraints/illumination.js';
import { orthogonalModes } from '../constraints/probe-modes.js';
import { amplitudeErrors } from '../engines/amplitude-residual.js';
import { exitFields } from '../engines/propagate.js';
import { readBatches } from '../frames/read-batches.js';
import { movePositions } from '../positions/move-positions.js';
import { assertConverging } from './divergence.js';
import type { PreparedSolve, SolveRequest } from './prepare.js';
import type { SolveEvent } from './solve-event.js';

/** Epochs between removals of the common factor of object and probe. */
const AMBIGUITY_STRIDE = 10;

/** One epoch, or the rest of an interrupted one; false when it was interrupted again. */
export async function* runEpoch(run: PreparedSolve, request: SolveRequest): AsyncGenerator<SolveEvent, boolean, undefined> {
  const { state, batching } = run;
  const { raw, signal } = request;
  const epoch = state.progress.epoch + 1;
  if (state.progress.batch === 0) beginEpoch(run, request);
  const batches = batching.epoch(epoch);
  const started = performance.now() - 1e3 * state.progress.seconds;
  const area = raw.frameSize ** 2;
  const options = { kernels: run.kernels, countScale: run.countScale, placementsOf: run.place, ...run.canvas };
  for await (const batch of readBatches(raw.frames, batches.slice(state.progress.batch), options)) {
    const update = run.engine.update(state, batch, updateContext(run, request, batch.indices.length));
    state.accept(update);
    update.displacements?.x.forEach((move, i) => {
      state.moveX[batch.indices[i] as number] = move;
      state.moveY[batch.indices[i] as number] = update.displacements?.y[i] as number;
    });
    const { progress } = state;
    state.progress = {
      epoch: progress.epoch,
      batch: progress.batch + 1,
      errorSum: progress.errorSum + update.error,
      frames: progress.frames + batch.indices.length,
      seconds: (performance.now() - started) / 1e3,
    };
    const loss = update.error / batch.indices.length / area;
    assertConverging({ epoch, loss, history: state.history, config: request.config });
    yield { type: 'batch', epoch, batch: progress.batch + 1, batchesPerEpoch: batches.length, loss };
    // The engine works synchronously: signals, timers and reads get their turn here.
    await nextTurn();
    if (signal?.aborted === true && state.progress.batch < batches.length) return false;
  }
  yield* finishEpoch(run, request, started);
  return true;
}

const probeIsOn = ({ config }: SolveRequest, epoch: number): boolean => config.optimiseProbe && epoch >= config.probeFromEpoch;
const positionsAreOn = ({ config }: SolveRequest, epoch: number): boolean => config.refinePositions && epoch >= config.positionsFromEpoch;

function updateContext(run: PreparedSolve, request: SolveRequest, frames: number) {
  const epoch = run.state.progress.epoch + 1;
  return {
    illumination: run.state.illumination,
    share: frames / run.frames.length,
    updateProbe: probeIsOn(request, epoch),
    refinePositions: positionsAreOn(request, epoch),
  };
}

/** The illumination follows the probe, averaged with what it was. */
function beginEpoch(run: PreparedSolve, request: SolveRequest): void {
  const { state, kernels, canvas } = run;
  const epoch = state.progress.epoch + 1;
  if (epoch === 1 || !(epoch <= 10 || epoch % 10 === 0)) return;
  const starts = run.place(Int32Array.from({ length: request.raw.frameCount }, (_, j) => j));
  state.illuminate(tidy(() => mul(add(state.illumination, illuminationMap(kernels, state.probe, { ...starts, ...canvas })), 0.5)));
}

async function* finishEpoch(run: PreparedSolve, request: SolveRequest, started: number): AsyncGenerator<SolveEvent, void, undefined> {
  const { state, kernels, canvas } = run;
  const { raw, config } = request;
  const epoch = state.progress.epoch + 1;
  if (probeIsOn(request, epoch)) {
    if (run.settings.modes > 1) state.accept({ object: state.object, probe: orthogonalModes(kernels, state.probe) });
    if ((epoch - 1) % AMBIGUITY_STRIDE === 0) {
      const box = scannedBox(
        {
          x: raw.xcoords.map((x) => x - canvas.originX - raw.frameSize / 2),
          y: raw.ycoords.map((y) => y - canvas.originY - raw.frameSize / 2),
        },
        raw.frameSize,
      );
      state.accept(removeScaleAmbiguity(kernels, state, { illumination: state.illumination, box }));
    }
  }
  const positionMovePx = positionsAreOn(request, epoch) ? movePositions(state, { frames: run.frames, ...config }) : null;
  const heldOutError = run.heldOut.length === 0 ? null : await errorOf(run, request, run.heldOut);
  const { errorSum, frames } = state.progress;
  const record = {
    epoch,
    loss: errorSum / frames / raw.frameSize ** 2,
    relativeError: errorSum / run.survey.totalCounts / (frames / raw.frameCount),
    heldOutError,
    positionMovePx,
    seconds: (performance.now() - started) / 1e3,
  };
  const monitored = (each: typeof record): number => each.heldOutError ?? each.loss;
  const best = state.history.every((earlier) => monitored(record) < monitored(earlier as typeof record));
  state.history.push(record);
  state.progress = { epoch, batch: 0, errorSum: 0, frames: 0, seconds: 0 };
  yield { type: 'epoch', best, ...record };
}

/** Relative error of frames that are not learned from. */
async function errorOf(run: PreparedSolve, { raw }: SolveRequest, indices: Int32Array): Promise<number> {
  const { kernels, state, survey } = run;
  const batches = Array.from({ length: Math.ceil(indices.length / 64) }, (_, b) => indices.slice(64 * b, 64 * (b + 1)));
  let error = 0;
  for await (const batch of readBatches(raw.frames, batches, {
    kernels,
    countScale: run.countScale,
    placementsOf: run.place,
    ...run.canvas,
  })) {
    const errors = tidy(() => {
      const { fields } = exitFields(kernels, batch, state);
      return amplitudeErrors(kernels, fields, { amplitudes: batch.amplitudes, mask: run.mask });
    });
    error += errors.dataSync<'float32'>().reduce((a, b) => a + b, 0);
    errors.dispose();
  }
  return error / indices.reduce((sum, j) => sum + (survey.frameCounts[j] as number), 0);
}
