import type { ExecutionConfig, LegacyParams, TrainingConfig } from '@ptychokit/config';
import type { GroupedData, RawData } from '@ptychokit/memmap-bridge';
import { disposePair, paddedSize, toPair } from '@ptychokit/physics';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { type DataDigests, digestData } from '../checkpoint/data-digest.js';
import { CheckpointKeeper } from '../checkpoint/keeper.js';
import type { Profiler } from '../engine/profiler.js';
import { ModelDataError } from '../errors.js';
import type { CustomLoss } from '../models/custom-loss.js';
import { buildModel, startingValues } from '../models/definition.js';
import { LADDER_SIZES } from '../models/ladder.js';
import { needsTruth } from '../models/objective.js';
import { createAdam, initialState } from '../optimiser/create-adam.js';
import { framePowers, measureScales, scaleProbe } from '../scales.js';
import { type Split, splitGroups } from './split.js';
import type { Learner } from './step.js';

/** What a training run is given. */
export interface TrainRequest {
  readonly config: TrainingConfig;
  readonly execution: ExecutionConfig;
  /** Must have been bridged from `config` (CONFIG-001). */
  readonly params: LegacyParams;
  readonly train: RawData;
  /** Scan to validate on instead of a part of the training groups. */
  readonly test?: RawData | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Where checkpoints go; absent: none are written. */
  readonly checkpointDir?: string | undefined;
  /** Groups to train on instead of the ones the configuration makes. */
  readonly groups?: GroupedData | undefined;
  /** Fused TensorFlow kernels; default: when the backend has them. */
  readonly fused?: boolean | undefined;
  /** Told which stage begins; {@link Profiler.attach} it for kernels. */
  readonly profiler?: Profiler | undefined;
  /** A loss of one's own on diffraction. */
  readonly loss?: CustomLoss | undefined;
}

/** Everything the loop needs, ready to run. */
export interface PreparedRun {
  readonly learner: Learner;
  readonly training: GroupedData;
  readonly trainingGroups: Int32Array;
  readonly validation: GroupedData;
  readonly validationGroups: Int32Array;
  readonly keeper: CheckpointKeeper | null;
  /** Of all data the run depends on; empty without checkpoints, which they are for. */
  readonly digests: DataDigests;
  readonly resumed: Checkpoint | null;
  dispose(): void;
}

/**
 * Groups the data, measures the scales, builds the model and its optimiser, and looks for a checkpoint.
 *
 * An abort is left to the loop, which ends before its first step: the one pass over the frames is needed for a model to return.
 *
 * @throws ModelDataError a scan that this model cannot be trained on
 * @throws CheckpointError a checkpoint of another run is in the way
 */
export async function prepareRun(request: TrainRequest): Promise<PreparedRun> {
  const { config, execution, params, train, test } = request;
  request.profiler?.enter('prepare');
  assertUsable(train, config);
  if (test !== undefined) assertUsable(test, config);
  const training = request.groups ?? train.group(config, params);
  const validation = test === undefined ? training : test.group(config, params);
  const split = test === undefined ? splitGroups(training.groupCount, config) : everyGroup(training, validation);
  const sums = config.model.inputCentring ? new Float64Array(train.frameSize ** 2) : undefined;
  const powers = await framePowers(train, { sums });
  const scales = await measureScales(train, { nphotons: config.nphotons, powers, sums });
  params.setIntensityScale(scales.countScale);
  const probe = scaleProbe(train.probeGuess, scales.probeScale / config.model.probeScale);
  const model = buildModel(config, params, { scales, probe, canvasSize: canvasSize([training, validation], config) });
  const keeper =
    request.checkpointDir === undefined || !execution.enableCheckpointing ? null : new CheckpointKeeper(request.checkpointDir, execution);
  const digests = keeper === null ? {} : await digestAll(request, { training, validation, split, powers });
  const resumed = keeper !== null && execution.resume ? await keeper.resume({ config, scales, data: digests }, model.specs) : null;
  const constant = toPair(probe);
  const state = resumed?.optimiser ?? initialState(startingValues(model));
  const optimiser = createAdam(model.specs, state, { fused: request.fused });
  return {
    learner: { context: { model, probe: constant, loss: request.loss }, optimiser, fused: request.fused, profiler: request.profiler },
    training,
    trainingGroups: split.training,
    validation,
    validationGroups: split.validation,
    keeper,
    digests,
    resumed,
    dispose: () => {
      optimiser.dispose();
      disposePair(constant);
    },
  };
}

interface GroupedRun {
  readonly training: GroupedData;
  readonly validation: GroupedData;
  readonly split: Split;
  readonly powers: Float64Array;
}

async function digestAll({ test }: TrainRequest, { training, validation, split, powers }: GroupedRun): Promise<DataDigests> {
  const ofTraining = await digestData({ role: 'training', groups: training, used: split.training, powers });
  if (test === undefined) return ofTraining;
  const ofTest = { role: 'validation', groups: validation, used: split.validation, powers: await framePowers(test) };
  return { ...ofTraining, ...(await digestData(ofTest)) };
}

const everyGroup = (training: GroupedData, validation: GroupedData): Split => ({
  training: Int32Array.from({ length: training.groupCount }, (_, i) => i),
  validation: Int32Array.from({ length: validation.groupCount }, (_, i) => i),
});

/** Largest distance of a frame from the centre of its group decides how much room the exchange needs. */
function canvasSize(data: readonly GroupedData[], { model }: TrainingConfig): number {
  let largest = 0;
  for (const { offsets } of data) for (const offset of offsets) largest = Math.max(largest, Math.abs(offset));
  return paddedSize(model.N, { gridsize: model.gridsize, maxAbsOffset: largest });
}

function assertUsable(raw: RawData, config: TrainingConfig): void {
  const { N } = config.model;
  if (raw.frameSize !== N) {
    const known = LADDER_SIZES.includes(raw.frameSize);
    throw new ModelDataError(`The frames are ${raw.frameSize} x ${raw.frameSize} pixels, the model is for ${N} x ${N}`, {
      where: raw.source,
      fix: known ? `set N to ${raw.frameSize}` : `crop or bin the detector to ${LADDER_SIZES.join(', ')} pixels`,
    });
  }
  if (needsTruth(config) && raw.truthPatches === undefined) {
    throw new ModelDataError('The loss compares with true patches, and the scan has none', {
      where: `${raw.source}#Y`,
      fix: "add the member 'Y', or train with modelType pinn and realspaceMaeWeight 0",
    });
  }
}
