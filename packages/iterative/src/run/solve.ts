import { openCheckpoints } from './checkpoint.js';
import { isExhausted } from './early-stop.js';
import { runEpoch } from './epoch.js';
import { type PreparedSolve, prepareSolve, type SolveRequest } from './prepare.js';
import { type Reconstruction, reconstructionOf } from './reconstruction.js';
import type { SolveEnd, SolveEpoch, SolveEvent } from './solve-event.js';

/** What a reconstruction ends with. */
export interface SolveOutcome extends Reconstruction {
  readonly history: readonly SolveEpoch[];
  readonly epochsCompleted: number;
  readonly reason: SolveEnd;
  /** Checkpoint to go on from; null where none was asked for. */
  readonly checkpointPath: string | null;
}

/**
 * Reconstructs a scan, one event at a time.
 *
 * Abort through `signal`: the run stops after the batch under way, writes a checkpoint, and ends with reason `interrupted`; the same request
 * goes on from there and ends with the same bits as an undisturbed run.
 *
 * @throws SolveDataError a scan that cannot be reconstructed
 * @throws SolveDivergenceError the loss runs away
 * @throws SolveCheckpointError a checkpoint of another run is in the way
 * @throws EngineRequiredError the TensorFlow backend is not active
 * @example
 * ```ts
 * for await (const event of solve({ config, raw })) {
 *   if (event.type === 'epoch') report(event.epoch, event.loss);
 * }
 * ```
 */
export async function* solve(request: SolveRequest): AsyncGenerator<SolveEvent, SolveOutcome, undefined> {
  const run = await prepareSolve(request);
  try {
    const checkpoints = openCheckpoints(request, run);
    const resumed = request.resume === false ? false : await checkpoints.restore();
    yield startEvent(request, run, resumed);
    for (const text of run.notes) yield { type: 'note', text };
    const reason = yield* runEpochs(request, run, checkpoints);
    yield { type: 'end', reason };
    const { history, progress } = run.state;
    return {
      ...(await reconstructionOf(request, run)),
      history: [...history],
      epochsCompleted: progress.epoch,
      reason,
      checkpointPath: checkpoints.path,
    };
  } finally {
    run.dispose();
  }
}

async function* runEpochs(
  request: SolveRequest,
  run: PreparedSolve,
  checkpoints: ReturnType<typeof openCheckpoints>,
): AsyncGenerator<SolveEvent, SolveEnd, undefined> {
  const { config, signal } = request;
  const { state } = run;
  while (state.progress.epoch < config.epochs) {
    if (isExhausted(state.history, config)) return 'early-stop';
    const finished = signal?.aborted !== true && (yield* runEpoch(run, request));
    const { epoch } = state.progress;
    if (!finished || epoch % config.checkpointEvery === 0 || epoch === config.epochs) {
      const path = await checkpoints.save();
      if (path !== null) yield { type: 'checkpoint', path, epoch };
    }
    if (!finished) return 'interrupted';
  }
  return 'completed';
}

function startEvent({ config }: SolveRequest, run: PreparedSolve, resumed: boolean): SolveEvent {
  return {
    type: 'start',
    engine: config.engine,
    noiseModel: run.settings.noise,
    epochs: config.epochs,
    batchesPerEpoch: run.batching.epoch(1).length,
    frames: run.frames.length,
    heldOutFrames: run.heldOut.length,
    emptyFrames: run.survey.emptyFrames.length,
    modes: run.settings.modes,
    objectShape: [run.canvas.height, run.canvas.width],
    resumedFromEpoch: resumed ? run.state.progress.epoch : null,
  };
}
