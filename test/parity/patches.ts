import { complexZeros } from '@ptychokit/config';
import { extractPatches as extractFromArray, groupsFromMembers, RawData } from '@ptychokit/memmap-bridge';
import { extractPatches as extractFromTensor, fromPairSync, toPair } from '@ptychokit/physics';
import * as tf from '@tensorflow/tfjs-core';
import type { NpzArray } from '../support/read-npz.js';
import { complexError, type ParityCheck } from './check.js';
import { complexArray } from './complex-array.js';
import { type Fixture, fixtureSuite } from './fixture.js';

/** Patches of an object at sub-pixel positions, over its edge too: of typed arrays, of tensors, and in the exported groups. */
export const patchesParity = fixtureSuite(['patches.npz'], async (fixture) => {
  const checks: ParityCheck[] = [];
  for (const [, set = ''] of fixture.matching(/^(.+)_Y$/)) checks.push(...(await patchChecks(fixture, set)));
  return checks;
});

interface Positions {
  /** One for each member of each group. */
  readonly xs: Float64Array;
  readonly ys: Float64Array;
}

async function patchChecks(fixture: Fixture, set: string): Promise<readonly ParityCheck[]> {
  const [coords, centres, expected] = ['coords_nn', 'coords_offsets', 'Y'].map((key) => fixture.read(`${set}_${key}`)) as [
    NpzArray,
    NpzArray,
    NpzArray,
  ];
  const [, size = 0, , channels = 0] = expected.shape;
  const object = complexArray(fixture.read('object'));
  const at = positionsOf(coords, channels === 1 ? undefined : centres);
  const where = channels === 1 ? `${set} at coords_nn` : `${set} at the mirrored positions of the reference`;
  const reference = channelsFirst(expected);
  const ofArray = extractFromArray(object, { ...at, size }).data;
  const ofTensor = tf.tidy(() => fromPairSync(extractFromTensor(toPair(object), { x: at.xs, y: at.ys, size })).data);
  const exported = (positions: Positions): Promise<Float32Array> => exportedPatches(object, positions, { size, channels });
  const checks = [
    fixture.check(`${where}, typed arrays`, { error: complexError(ofArray, reference), gate: 1e-5 }),
    fixture.check(`${where}, tensors`, { error: complexError(ofTensor, reference), gate: 1e-5 }),
    fixture.check(`${where}, exported groups`, { error: complexError(await exported(at), expected.data), gate: 1e-5 }),
  ];
  if (channels === 1) return checks;
  const ours = channelsFirst({ ...expected, data: await exported(positionsOf(coords, undefined)) });
  const error = mirrored({ ours, reference }, { positions: positionsOf(coords, undefined), other: at, size });
  return [...checks, fixture.check(`${set}: exported patches that are mirrored through the centre`, { error, gate: 0 })];
}

/** Positions of `[groups, 1, 2, C]` coordinates, or, with centres, their mirror images. */
function positionsOf({ shape, data }: NpzArray, centres: NpzArray | undefined): Positions {
  const [groups = 0, , , channels = 0] = shape;
  const axis = (which: 0 | 1): Float64Array =>
    Float64Array.from({ length: groups * channels }, (_, k) => {
      const row = 2 * Math.floor(k / channels) + which;
      const position = data[row * channels + (k % channels)] as number;
      return centres === undefined ? position : 2 * (centres.data[row] as number) - position;
    });
  return { xs: axis(0), ys: axis(1) };
}

/** `[groups, N, N, C]` to `[groups * C, N, N]`, complex. */
function channelsFirst({ shape, data }: NpzArray): Float32Array {
  const [groups = 0, N = 0, , channels = 0] = shape;
  const result = new Float32Array(data.length);
  for (let i = 0; i < groups * channels * N * N; i++) {
    const [patch, pixel] = [Math.floor(i / (N * N)), i % (N * N)];
    const from = (Math.floor(patch / channels) * N * N + pixel) * channels + (patch % channels);
    result[2 * i] = data[2 * from] as number;
    result[2 * i + 1] = data[2 * from + 1] as number;
  }
  return result;
}

/** `Y` of the groups of a scan at the given positions, `[groups, N, N, C]`. */
async function exportedPatches(
  objectGuess: ReturnType<typeof complexArray>,
  { xs, ys }: Positions,
  { size, channels }: { readonly size: number; readonly channels: number },
): Promise<Float32Array> {
  const diffraction = new Float32Array(xs.length * size * size);
  const probeGuess = complexZeros([size, size]);
  const raw = RawData.fromArrays({ diffraction, frameSize: size, xcoords: xs, ycoords: ys, probeGuess, objectGuess });
  const { Y } = await groupsFromMembers(raw, { members: Int32Array.from(xs.keys()), channels }).toFamilyDict();
  if (Y === undefined) throw new TypeError('expected patches of the object, got none');
  return Y.data as Float32Array;
}

/** Patches that agree with the reference although its position is another one. */
function mirrored(
  patches: { readonly ours: Float32Array; readonly reference: Float32Array },
  { positions, other, size }: { readonly positions: Positions; readonly other: Positions; readonly size: number },
): number {
  const length = 2 * size * size;
  let count = 0;
  positions.xs.forEach((x, k) => {
    const apart = Math.hypot(x - (other.xs[k] as number), (positions.ys[k] as number) - (other.ys[k] as number));
    const [ours, reference] = [patches.ours, patches.reference].map((all) => all.subarray(k * length, (k + 1) * length));
    if (apart > 0.1 && complexError(ours as Float32Array, reference as Float32Array) < 1e-3) count++;
  });
  return count;
}
