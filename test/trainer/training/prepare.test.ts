import { isPtychoError, LegacyParams } from '@ptychokit/config';
import { groupsFromMembers, RawData } from '@ptychokit/memmap-bridge';
import type { ModelDataError, TrainRequest } from '@ptychokit/trainer';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { type PreparedRun, prepareRun } from '../../../packages/trainer/src/training/prepare.js';
import { bridged, tinyConfig, tinyExecution } from '../../support/tiny-config.js';
import { tinyScan } from '../../support/tiny-run.js';

const SCAN = tinyScan();

function request(config: Record<string, unknown> = {}, rest: Partial<TrainRequest> = {}): TrainRequest {
  const full = tinyConfig(config);
  return { config: full, execution: tinyExecution(), params: bridged(full), train: SCAN, ...rest };
}

/** Prepares, looks, disposes. */
async function prepared<T>(given: TrainRequest, look: (run: PreparedRun) => T): Promise<T> {
  const run = await prepareRun(given);
  try {
    return look(run);
  } finally {
    run.dispose();
  }
}

const failure = async (given: TrainRequest): Promise<ModelDataError> =>
  prepareRun(given).then(
    () => {
      throw new Error('expected a refusal');
    },
    (error: unknown) => error as ModelDataError,
  );

/** A scan of frames of another size. */
function scanOf(frameSize: number): RawData {
  return RawData.fromArrays({
    diffraction: new Float32Array(frameSize ** 2).fill(1),
    frameSize,
    xcoords: new Float64Array(1),
    ycoords: new Float64Array(1),
    probeGuess: { shape: [frameSize, frameSize], data: new Float32Array(2 * frameSize ** 2).fill(1) },
    source: `scan-${frameSize}.npz`,
  });
}

describe('A scan that does not fit is refused', () => {
  it.each([
    [128, 'set N to 128'],
    [96, 'crop or bin the detector to 64, 128, 256 pixels'],
  ])('with frames of %i pixels', async (size, fix) => {
    for (const part of ['train', 'test'] as const) {
      const error = await failure(request({}, { [part]: scanOf(size) }));
      expect(isPtychoError(error, 'MODEL_DATA')).toBe(true);
      expect(error).toMatchObject({
        what: `The frames are ${size} x ${size} pixels, the model is for 64 x 64`,
        where: `scan-${size}.npz`,
        fix,
      });
    }
  });

  it.each([{ 'model.modelType': 'supervised' }, { realspaceMaeWeight: 1 }])('without true patches, for %o', async (config) => {
    const error = await failure(request(config));
    expect(isPtychoError(error, 'MODEL_DATA')).toBe(true);
    expect(error.where).toBe('tiny scan 1#Y');
  });

  it('before the flat parameters are bridged (CONFIG-001)', async () => {
    expect(isPtychoError(await failure(request({}, { params: new LegacyParams() })), 'CONFIG_ORDER')).toBe(true);
  });

  it('and leaves nothing on the engine', async () => {
    const before = memory().numTensors;
    await failure(request({}, { train: scanOf(128) }));
    await failure(request({ 'model.modelType': 'supervised' }));
    await failure(request({}, { params: new LegacyParams() }));
    expect(memory().numTensors).toBe(before);
  });
});

describe('A prepared run', () => {
  it('takes groups for validation from the scan', async () => {
    await prepared(request(), ({ training, validation, trainingGroups, validationGroups }) => {
      expect(training.groupCount).toBe(16);
      expect(validation).toBe(training);
      expect([trainingGroups.length, validationGroups.length]).toEqual([12, 4]);
    });
  });

  it('validates on all groups of a test scan instead', async () => {
    const test = tinyScan({ frames: 4, seed: 2 });
    await prepared(request({}, { test }), ({ training, validation, trainingGroups, validationGroups }) => {
      expect([training.raw, validation.raw]).toEqual([SCAN, test]);
      expect(Array.from(trainingGroups)).toEqual(Array.from({ length: 16 }, (_, i) => i));
      expect(Array.from(validationGroups)).toEqual([0, 1, 2, 3]);
    });
  });

  it('uses the groups it is given', async () => {
    const groups = groupsFromMembers(SCAN, { members: Int32Array.of(3, 1, 2), channels: 1 });
    await prepared(request({}, { groups }), ({ training, trainingGroups, validationGroups }) => {
      expect(training).toBe(groups);
      expect(trainingGroups.length + validationGroups.length).toBe(3);
    });
  });

  it('normalises the probe to the power (N/2)^2 and divides it by probeScale', async () => {
    const power = ({ learner }: PreparedRun): number => learner.context.model.probe.data.reduce((sum, part) => sum + part * part, 0);
    expect(await prepared(request(), power)).toBeCloseTo(1024, 0);
    expect(await prepared(request({ 'model.probeScale': 2 }), power)).toBeCloseTo(256, 0);
  });

  it('tells the flat parameters the scale to counts', async () => {
    const given = request({ nphotons: 4e5 }); // the tiny scan has 1e5
    const scale = await prepared(given, ({ learner }) => learner.context.model.scales.countScale);
    expect(scale).toBeCloseTo(2, 4);
    expect(given.params.get('intensity_scale')).toBe(scale);
  });

  it('gives the exchange room for the largest offset of both scans', async () => {
    const wide = tinyScan({ frames: 9, pitchPx: 20, seed: 3 });
    const largest = (run: PreparedRun): number =>
      [...run.training.offsets, ...run.validation.offsets].reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    const both = await prepared(
      request({ 'model.gridsize': 2 }, { test: wide }),
      (run) => [largest(run), run.learner.context.model.canvasSize] as const,
    );
    const alone = await prepared(request({ 'model.gridsize': 2 }), (run) => [largest(run), run.learner.context.model.canvasSize] as const);
    for (const [offset, canvas] of [both, alone]) {
      expect((canvas - 64) / 2).toBeGreaterThanOrEqual(offset);
      expect((canvas - 64) / 2).toBeLessThan(offset + 1);
    }
    expect(both[0]).toBeGreaterThan(alone[0]);
  });

  it('frees everything', async () => {
    const before = memory().numTensors;
    const run = await prepareRun(request({ 'model.probeTrainable': true }));
    expect(memory().numTensors).toBeGreaterThan(before);
    run.dispose();
    expect(memory().numTensors).toBe(before);
  });
});
