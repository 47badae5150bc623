import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPtychoError, LegacyParams } from '@ptychokit/config';
import { groupsFromMembers } from '@ptychokit/memmap-bridge';
import { type CheckpointError, type EpochRecord, train } from '@ptychokit/trainer';
import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bridged, tinyConfig, tinyExecution } from '../../support/tiny-config.js';
import { eventsOf, sameValues, type TinyRun, type TinyRunOptions, tinyRun, tinyScan } from '../../support/tiny-run.js';

const CONFIG = { nepochs: 3 };
const SCAN = tinyScan(); // 12 groups to train on in 3 steps, 4 to validate on

let folder: string;
let baseline: TinyRun;
/** Tensors on the engine before the run, at the end of each epoch, and after the run. */
const tensors: number[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ptychokit-train-'));
  tensors.push(memory().numTensors);
  baseline = await tinyRun({ train: SCAN, config: CONFIG, onEvent: ({ type }) => type === 'epoch' && tensors.push(memory().numTensors) });
  tensors.push(memory().numTensors);
});
afterAll(() => rm(folder, { recursive: true }));

let runs = 0;
const checkpointDir = (): string => join(folder, `run ${runs++}`);

/** What must not depend on the clock. */
const losses = ({ outcome }: TinyRun): Partial<EpochRecord>[] =>
  outcome.history.map(({ epoch, trainLoss, valLoss, learningRate }) => ({ epoch, trainLoss, valLoss, learningRate }));

/** Aborts after a number of steps, counted over the whole run. */
async function interrupted(afterSteps: number, options: TinyRunOptions): Promise<TinyRun> {
  const controller = new AbortController();
  let steps = 0;
  return tinyRun({
    train: SCAN,
    config: CONFIG,
    ...options,
    signal: controller.signal,
    onEvent: ({ type }) => (type === (afterSteps === 0 ? 'start' : 'step') && ++steps >= afterSteps ? controller.abort() : undefined),
  });
}

describe('A training run', () => {
  it('says what it is going to do, then every step, every epoch and the end', () => {
    const epoch = ['step', 'step', 'step', 'epoch'];
    expect(baseline.events.map(({ type }) => type)).toEqual(['start', ...epoch, ...epoch, ...epoch, 'end']);
    expect(baseline.events[0]).toEqual({
      type: 'start',
      epochs: 3,
      stepsPerEpoch: 3,
      parameters: 583570,
      groups: 12,
      validationGroups: 4,
      patternsPerEpoch: 12,
      loss: { nll: 1, mae: 0 },
      resumedFromEpoch: null,
      resumedFromStep: null,
    });
    expect(eventsOf(baseline, 'step').map(({ epoch: e, step, stepsPerEpoch }) => [e, step, stepsPerEpoch])).toEqual(
      [1, 2, 3].flatMap((e) => [1, 2, 3].map((step) => [e, step, 3])),
    );
    expect(baseline.events.at(-1)).toEqual({ type: 'end', reason: 'completed' });
  });

  it('learns', () => {
    const [first, , last] = baseline.outcome.history as [EpochRecord, EpochRecord, EpochRecord];
    expect(last.trainLoss).toBeLessThan(0.75 * first.trainLoss);
    expect(last.valLoss).toBeLessThan(0.9 * (first.valLoss as number));
  });

  it('returns the history that it told', () => {
    expect(baseline.outcome).toMatchObject({ reason: 'completed', epochsCompleted: 3, checkpointPath: null });
    expect(eventsOf(baseline, 'epoch').map(({ type, best, ...record }) => record)).toEqual(baseline.outcome.history);
    for (const { seconds, patternsPerSecond } of baseline.outcome.history) expect(seconds * patternsPerSecond).toBeCloseTo(12, 6);
  });

  it('reports as training loss the mean over the groups of the epoch', () => {
    const steps = eventsOf(baseline, 'step');
    for (const { epoch, trainLoss } of baseline.outcome.history) {
      const mean = steps.filter((step) => step.epoch === epoch).reduce((sum, { loss }) => sum + loss / 3, 0);
      expect(mean).toBeCloseTo(trainLoss, 10);
    }
  });

  it('leaks no tensor from epoch to epoch, and none at the end', () => {
    const [before, ...rest] = tensors as [number, number, number, number, number];
    const after = rest.pop();
    expect(new Set(rest).size, `${rest}`).toBe(1);
    expect(after).toBe(before);
  });

  it('gives the same bits for the same seed', async () => {
    const again = await tinyRun({ train: tinyScan(), config: CONFIG });
    expect(losses(again)).toEqual(losses(baseline));
    expect(sameValues(again.outcome.model.values, baseline.outcome.model.values)).toBe(true);
  });

  it('gives something else for another seed, 0 included', async () => {
    const other = await tinyRun({ train: SCAN, config: { nepochs: 1, batchSize: 12, seed: 0 } });
    const same = await tinyRun({ train: SCAN, config: { nepochs: 1, batchSize: 12 } });
    expect(other.outcome.history[0]?.trainLoss).not.toBe(same.outcome.history[0]?.trainLoss);
  });

  it('takes nearly the same way with plain operations', async () => {
    const plain = await tinyRun({ train: SCAN, config: { nepochs: 1 }, fused: false });
    const [a, b] = [eventsOf(plain, 'step'), eventsOf(baseline, 'step')];
    expect(a).toHaveLength(3);
    for (const [i, { loss }] of a.entries()) expect(Math.abs(loss / (b[i]?.loss as number) - 1)).toBeLessThan(1e-2);
  });

  it('frees everything when nobody listens any more', async () => {
    const before = memory().numTensors;
    const config = tinyConfig();
    for await (const event of train({ config, execution: tinyExecution(), params: bridged(config), train: SCAN })) {
      if (event.type === 'step') break;
    }
    expect(memory().numTensors).toBe(before);
  });

  it('refuses to start before the flat parameters are bridged (CONFIG-001)', async () => {
    const run = train({ config: tinyConfig(), execution: tinyExecution(), params: new LegacyParams(), train: SCAN });
    const error = await run.next().catch((e: unknown) => e);
    expect(isPtychoError(error, 'CONFIG_ORDER')).toBe(true);
  });
});

describe('An interrupted run', () => {
  it('goes on from the middle of an epoch as if it had never stopped', async () => {
    const dir = checkpointDir();
    const first = await interrupted(5, { checkpointDir: dir });
    expect(first.events.at(-1)).toEqual({ type: 'end', reason: 'interrupted' });
    expect(first.outcome).toMatchObject({ reason: 'interrupted', epochsCompleted: 1, bestEpoch: 1, checkpointPath: join(dir, 'last.npz') });
    expect(first.events.at(-2)).toEqual({ type: 'checkpoint', path: join(dir, 'last.npz'), epoch: 1 });

    const second = await tinyRun({ train: tinyScan(), config: CONFIG, checkpointDir: dir });
    expect(second.events[0]).toMatchObject({ type: 'start', resumedFromEpoch: 1, resumedFromStep: 2 });
    expect(eventsOf(second, 'step').map(({ epoch, step }) => [epoch, step])).toEqual([
      [2, 3],
      [3, 1],
      [3, 2],
      [3, 3],
    ]);
    expect(losses(second)).toEqual(losses(baseline));
    expect(second.outcome.bestEpoch).toBe(baseline.outcome.bestEpoch);
    expect(sameValues(second.outcome.model.values, baseline.outcome.model.values)).toBe(true);
  });

  it('stops before the first step if told so, with the starting values in the model', async () => {
    const dir = checkpointDir();
    const config = { nepochs: 1 };
    const { outcome, events } = await interrupted(0, { checkpointDir: dir, config });
    expect(events.map(({ type }) => type)).toEqual(['start', 'checkpoint', 'end']);
    expect(outcome).toMatchObject({ reason: 'interrupted', epochsCompleted: 0, bestEpoch: 0, history: [] });
    expect(outcome.model.values.size).toBe(outcome.model.specs.length);
    const second = await tinyRun({ train: SCAN, config, checkpointDir: dir });
    expect(second.events[0]).toMatchObject({ resumedFromEpoch: 0, resumedFromStep: 0 });
    expect(losses(second)).toEqual(losses(baseline).slice(0, 1));
  });

  it('that was told so before it began ends the same way', async () => {
    const { outcome, events } = await tinyRun({ train: SCAN, config: { nepochs: 1 }, signal: AbortSignal.abort() });
    expect(events.map(({ type }) => type)).toEqual(['start', 'end']);
    expect(outcome).toMatchObject({ reason: 'interrupted', epochsCompleted: 0, checkpointPath: null });
  });

  it('does not validate any more, and does so when it goes on', async () => {
    const dir = checkpointDir();
    const config = { nepochs: 2, schedule: 'cosine' };
    const first = await interrupted(3, { checkpointDir: dir, config });
    expect(first.outcome).toMatchObject({ reason: 'interrupted', epochsCompleted: 0, history: [] });
    const second = await tinyRun({ train: SCAN, config, checkpointDir: dir });
    expect(second.events[0]).toMatchObject({ resumedFromEpoch: 0, resumedFromStep: 3 });
    expect(second.events[1]).toMatchObject({ type: 'epoch', epoch: 1 });
    const undisturbed = await tinyRun({ train: SCAN, config });
    expect(losses(second)).toEqual(losses(undisturbed));
    expect(sameValues(second.outcome.model.values, undisturbed.outcome.model.values)).toBe(true);
  });

  it('that has nothing left to do after its last step is complete', async () => {
    const { outcome } = await interrupted(4, { config: { nepochs: 1, validationFraction: 0 } });
    expect(outcome).toMatchObject({ reason: 'completed', epochsCompleted: 1 });
  });
});

describe('A checkpoint that is in the way', () => {
  let dir: string;
  const config = { nepochs: 1, batchSize: 12 };
  let original: TinyRun;
  beforeAll(async () => {
    dir = checkpointDir();
    original = await tinyRun({ train: SCAN, config, checkpointDir: dir });
  });
  const refusal = async (options: TinyRunOptions): Promise<CheckpointError> =>
    tinyRun({ train: SCAN, config, checkpointDir: dir, ...options }).then(
      () => {
        throw new Error('expected a refusal');
      },
      (error: unknown) => error as CheckpointError,
    );

  it('of a finished run gives its result again, without a step', async () => {
    const again = await tinyRun({ train: SCAN, config, checkpointDir: dir });
    expect(again.events.map(({ type }) => type)).toEqual(['start', 'end']);
    expect(again.outcome.history).toEqual(original.outcome.history);
    expect(sameValues(again.outcome.model.values, original.outcome.model.values)).toBe(true);
  });

  it('may be of the same run in another place', async () => {
    const again = await tinyRun({
      train: SCAN,
      config: { ...config, trainDataFile: '/elsewhere/tiny.npz', outputDir: '/elsewhere/out' },
      checkpointDir: dir,
    });
    expect(again.events[0]).toMatchObject({ resumedFromEpoch: 1 });
  });

  it('of another configuration is refused, and the fields are listed', async () => {
    const error = await refusal({ config: { nepochs: 7, batchSize: 12, seed: 2, 'model.ampMax': 2 } });
    expect(isPtychoError(error, 'CHECKPOINT')).toBe(true);
    expect([...error.fields].sort()).toEqual(['model.ampMax', 'nepochs', 'seed']);
    for (const field of error.fields) expect(error.what).toContain(field);
    expect(error.where).toBe(join(dir, 'last.npz'));
    expect(error.fix).toContain('--no-resume');
  });

  it('of other data is refused', async () => {
    const error = await refusal({ train: tinyScan({ photons: 2e5 }) });
    expect(isPtychoError(error, 'CHECKPOINT')).toBe(true);
    expect(error.fields).toEqual(['training frames']);
  });

  it('of a run that was validated on another scan is refused', async () => {
    const error = await refusal({ test: tinyScan({ frames: 4, seed: 8 }) });
    expect(error.fields).toContain('validation frames');
  });

  it('of other groups is refused', async () => {
    const groups = groupsFromMembers(SCAN, { members: Int32Array.from({ length: 16 }, (_, i) => 15 - i), channels: 1 });
    expect((await refusal({ groups })).fields).toEqual(['training groups']);
  });

  it('and a refusal leaves nothing on the engine', async () => {
    const before = memory().numTensors;
    await refusal({ config: { nepochs: 2 } });
    expect(memory().numTensors).toBe(before);
  });

  it('is overwritten when nothing is to be resumed', async () => {
    const anew = await tinyRun({ train: SCAN, config: { ...config, seed: 5 }, checkpointDir: dir, execution: { resume: false } });
    expect(anew.events[0]).toMatchObject({ resumedFromEpoch: null });
    expect(anew.outcome.reason).toBe('completed');
  });

  it('is not even written when checkpoints are off', async () => {
    const { events, outcome } = await tinyRun({
      train: SCAN,
      config,
      checkpointDir: checkpointDir(),
      execution: { enableCheckpointing: false },
    });
    expect(events.some(({ type }) => type === 'checkpoint')).toBe(false);
    expect(outcome.checkpointPath).toBeNull();
  });
});
