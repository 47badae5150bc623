import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTrainingConfig } from '@ptychokit/config';
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
  const shapes = {
    diffraction: [raw.frameCount, raw.frameSize, raw.frameSize],
    probeGuess: raw.probeGuess.shape,
    objectGuess: raw.objectGuess?.shape ?? [],
  };
  const exact = {
    xcoords: raw.xcoords,
    ycoords: raw.ycoords,
    probeGuess: raw.probeGuess.data,
    objectGuess: raw.objectGuess?.data ?? [],
  };
  const wrongShapes = Object.entries(shapes).filter(([name, shape]) => shape.join() !== fixture.read(name).shape.join()).length;
  return [
    fixture.check('arrays of another shape', { error: wrongShapes, gate: 0 }),
    fixture.check('arrays that had to be converted', { error: raw.conversions.length, gate: 0 }),
    ...Object.entries(exact).map(([name, values]) =>
      fixture.check(`${name}: values that differ`, { error: mismatches(values, fixture.read(name).data), gate: 0 }),
    ),
  ];
}

const FRAMES_PER_READ = 256;

async function frameCheck(fixture: Fixture, raw: RawData): Promise<ParityCheck> {
  const expected = fixture.read('diffraction').data as Float32Array;
  const length = raw.frameSize ** 2;
  let error = Math.abs(raw.frameCount * length - expected.length);
  for (let first = 0; first < raw.frameCount; first += FRAMES_PER_READ) {
    const count = Math.min(FRAMES_PER_READ, raw.frameCount - first);
    const into = new Float32Array(count * length);
    await raw.frames.readFrames(
      Int32Array.from({ length: count }, (_, k) => first + k),
      into,
    );
    error += mismatches(into, expected.subarray(first * length, (first + count) * length));
  }
  return fixture.check('diffraction: values that differ', { error, gate: 0 });
}

/** The file states its dose, and object and probe predict its frames up to the counting noise of that dose. */
async function doseChecks(fixture: Fixture, raw: RawData): Promise<readonly ParityCheck[]> {
  const nphotons = fixture.number('nphotons');
  const { meanCounts } = await measureScales(raw, { nphotons: null });
  if (raw.objectGuess === undefined) throw new RangeError('expected a scan with its object, got none');
  const [object, probe] = [toPair(raw.objectGuess), toPair(raw.probeGuess)];
  const readFrames = (indices: ArrayLike<number>, into: Float32Array): Promise<void> => raw.frames.readFrames(indices, into);
  const { residual } = await relativeResidual({ object, probe, x: raw.xcoords, y: raw.ycoords, readFrames });
  disposePair(object, probe);
  return [
    fixture.check('nphotons', { error: relativeError([Number(raw.metadata.nphotons)], [nphotons]), gate: 0 }),
    fixture.check('mean counts of a frame by the scales of the model', { error: relativeError([meanCounts], [nphotons]), gate: 1e-6 }),
    // The variance of sqrt(counts) is at most about 1/4 per pixel, well below the one that is allowed here.
    fixture.check('residual of frames predicted from object and probe', { error: residual, gate: raw.frameSize ** 2 / nphotons }),
  ];
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
