import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ComplexArray, parseTrainingConfig } from '@ptychokit/config';
import { groupsFromMembers, MemmapDatasetBridge, type RawData } from '@ptychokit/memmap-bridge';
import { disposePair, relativeResidual, toPair } from '@ptychokit/physics';
import { measureScales } from '@ptychokit/trainer';
import { mismatches, type ParityCheck, relativeError } from './check.js';
import { type Fixture, fixtureSuite } from './fixture.js';

/** The published simulated scans, opened as every scan is: what the bridge gives against what stands in the file. */
export const simlinesParity = fixtureSuite(['simlines_train.npz', 'simlines_test.npz', 'simlines_test_gs2.npz'], async (fixture) => {
  const memmapDir = await mkdtemp(join(tmpdir(), 'ptychokit-parity-'));
  const N = fixture.read('probeGuess').shape.at(-1) as number;
  const config = parseTrainingConfig({ trainDataFile: fixture.path, model: { N } });
  const bridge = new MemmapDatasetBridge(fixture.path, config, { memmapDir });
  try {
    const raw = await bridge.rawData();
    return [
      ...arrayChecks(fixture, raw),
      await frameCheck(fixture, raw),
      ...(await doseChecks(fixture, raw)),
      ...groupChecks(fixture, raw),
    ];
  } finally {
    await bridge.close();
    await rm(memmapDir, { recursive: true, force: true });
  }
});

function arrayChecks(fixture: Fixture, raw: RawData): readonly ParityCheck[] {
  const arrays: Readonly<Record<string, Pick<ComplexArray, 'shape'> & { readonly data: ArrayLike<number> }>> = {
    xcoords: { shape: [raw.frameCount], data: raw.xcoords },
    ycoords: { shape: [raw.frameCount], data: raw.ycoords },
    probeGuess: raw.probeGuess,
    objectGuess: raw.objectGuess ?? { shape: [], data: [] },
  };
  return [
    fixture.check('arrays that had to be converted', { error: raw.conversions.length, gate: 0 }),
    ...Object.entries(arrays).map(([name, { shape, data }]) => {
      const expected = fixture.read(name);
      const error = shape.join() === expected.shape.join() ? mismatches(data, expected.data) : Number.POSITIVE_INFINITY;
      return fixture.check(`${name} [${expected.shape.join(', ')}]: values that differ`, { error, gate: 0 });
    }),
  ];
}

const FRAMES_PER_READ = 256;

async function frameCheck(fixture: Fixture, raw: RawData): Promise<ParityCheck> {
  const expected = fixture.read('diffraction');
  const { frameCount, frameSize } = raw;
  const values = expected.data as Float32Array;
  const length = frameSize ** 2;
  let error = expected.shape.join() === [frameCount, frameSize, frameSize].join() ? 0 : Number.POSITIVE_INFINITY;
  for (let first = 0; first < frameCount; first += FRAMES_PER_READ) {
    const into = new Float32Array(Math.min(FRAMES_PER_READ, frameCount - first) * length);
    const indices = Int32Array.from({ length: into.length / length }, (_, k) => first + k);
    await raw.frames.readFrames(indices, into);
    error += mismatches(into, values.subarray(first * length, first * length + into.length));
  }
  return fixture.check(`diffraction [${expected.shape.join(', ')}]: values that differ`, { error, gate: 0 });
}

/** The file states its dose, and object and probe predict its frames up to the counting noise of that dose. */
async function doseChecks(fixture: Fixture, raw: RawData): Promise<readonly ParityCheck[]> {
  const nphotons = fixture.number('nphotons');
  const { meanCounts } = await measureScales(raw, { nphotons: null });
  if (raw.objectGuess === undefined) throw new RangeError('expected a scan with its object, got none');
  const [object, probe] = [toPair(raw.objectGuess), toPair(raw.probeGuess)];
  const some = raw.subset(spread(raw.frameCount));
  const readFrames = (indices: ArrayLike<number>, into: Float32Array): Promise<void> => some.frames.readFrames(indices, into);
  const { residual } = await relativeResidual({ object, probe, x: some.xcoords, y: some.ycoords, readFrames });
  disposePair(object, probe);
  return [
    fixture.check('nphotons', { error: relativeError([Number(raw.metadata.nphotons)], [nphotons]), gate: 0 }),
    fixture.check('mean counts of a frame by the scales of the model', { error: relativeError([meanCounts], [nphotons]), gate: 1e-6 }),
    // The variance of sqrt(counts) is at most about 1/4 per pixel, well below the one that is allowed here.
    fixture.check(`residual of ${some.frameCount} frames predicted from object and probe`, {
      error: residual,
      gate: raw.frameSize ** 2 / nphotons,
    }),
  ];
}

/** Up to 256 frames from everywhere in the scan. */
function spread(frameCount: number): Int32Array {
  const count = Math.min(256, frameCount);
  return Int32Array.from({ length: count }, (_, k) => Math.floor((k * frameCount) / count));
}

/** Groups come with the scans that were trained or tested in groups. */
function groupChecks(fixture: Fixture, raw: RawData): readonly ParityCheck[] {
  return fixture.names
    .filter((name) => /^groups_gs\d+$/.test(name))
    .map((name) => {
      const { shape, data } = fixture.read(name);
      const [groupCount = 0, channels = 0] = shape;
      const grouped = groupsFromMembers(raw, { members: Int32Array.from(data), channels });
      let wrong = Math.abs(grouped.groupCount - groupCount);
      for (let g = 0; g < groupCount; g++) {
        if (new Set(grouped.members.subarray(g * channels, (g + 1) * channels)).size !== channels) wrong++;
      }
      return fixture.check(`${name}: groups with a member twice`, { error: wrong, gate: 0 });
    });
}
