import { complexZeros } from '@ptychokit/config';
import { groupFrames, groupsFromMembers, nearestNeighbours, RawData } from '@ptychokit/memmap-bridge';
import { type ParityCheck, relativeError } from './check.js';
import { type Fixture, fixtureSuite } from './fixture.js';

/** Neighbours and groups of scan positions, and the arrays of a group as the published program stores them. */
export const groupingParity = fixtureSuite(['grouping_gs1.npz', 'grouping_gs2.npz'], async (fixture) => {
  const checks = neighbourChecks(fixture);
  for (const [name, scan = '', width = ''] of fixture.matching(/^(.+)_K(\d+)_nn_indices$/)) {
    const set = { fixture, scan, prefix: name.replace(/_nn_indices$/, ''), neighborCount: Number(width) };
    checks.push(memberCheck(set), ...(await geometryChecks(set)));
  }
  return checks;
});

/** Groups that the program drew from one scan with one number of neighbours. */
interface GroupSet {
  readonly fixture: Fixture;
  readonly scan: string;
  readonly prefix: string;
  readonly neighborCount: number;
}

/** A scan of the fixture; one without frames has dark frames of one pixel. */
function scanOf(fixture: Fixture, scan: string): RawData {
  const name = `${scan}_diffraction`;
  const xcoords = Float64Array.from(fixture.read(`${scan}_xcoords`).data);
  const frames = fixture.names.includes(name)
    ? fixture.read(name)
    : { shape: [xcoords.length, 1, 1], data: new Float32Array(xcoords.length) };
  const frameSize = frames.shape[1] as number;
  return RawData.fromArrays({
    xcoords,
    ycoords: Float64Array.from(fixture.read(`${scan}_ycoords`).data),
    diffraction: Float32Array.from(frames.data),
    frameSize,
    probeGuess: complexZeros([frameSize, frameSize]),
  });
}

function distanceIn({ xcoords, ycoords }: RawData, [i, j]: readonly [number, number]): number {
  return Math.hypot((xcoords[i] as number) - (xcoords[j] as number), (ycoords[i] as number) - (ycoords[j] as number));
}

/** On a raster many distances are equal but for rounding. */
const isTie = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * Math.max(a, b);

function neighbourChecks(fixture: Fixture): ParityCheck[] {
  return fixture.names
    .filter((name) => /_knn\d+$/.test(name))
    .map((name) => {
      const raw = scanOf(fixture, name.replace(/_knn\d+$/, ''));
      const { shape, data } = fixture.read(name); // [images, 1 + K], the image itself first
      const [count = 0, columns = 0] = shape;
      const width = columns - 1;
      const images = Int32Array.from({ length: count }, (_, i) => i);
      const { indices } = nearestNeighbours(raw, { images, count: width });
      let wrong = 0;
      for (let i = 0; i < count; i++) {
        const ours = indices.subarray(i * width, (i + 1) * width);
        if (new Set([i, ...ours]).size !== columns) wrong++;
        for (let k = 0; k < width; k++) {
          const theirs = data[i * columns + k + 1] as number;
          if (ours[k] !== theirs && !isTie(distanceIn(raw, [i, ours[k] as number]), distanceIn(raw, [i, theirs]))) wrong++;
        }
      }
      return fixture.check(`${name}: neighbours at another distance, or twice`, { error: wrong, gate: 0 });
    });
}

/** Which neighbours are drawn is ours to choose, but not from where. */
function memberCheck({ fixture, scan, prefix, neighborCount }: GroupSet): ParityCheck {
  const raw = scanOf(fixture, scan);
  const [nGroups = 0, channels = 0] = fixture.read(`${prefix}_nn_indices`).shape;
  const free = { nSubsample: null, subsampleSeed: null, sequentialSampling: false, seed: 0 };
  const grouped = groupFrames(raw, { ...free, gridsize: Math.sqrt(channels), neighborCount, nGroups });
  const reach = channels === 1 ? () => 0 : reachOf({ fixture, scan, prefix, neighborCount }, raw);
  const sets = new Set<string>();
  let wrong = Math.abs(grouped.groupCount - nGroups);
  for (let g = 0; g < grouped.groupCount; g++) {
    const members = grouped.members.subarray(g * channels, (g + 1) * channels);
    const seed = members[0] as number;
    const farthest = Math.max(...Array.from(members, (member) => distanceIn(raw, [seed, member])));
    if (new Set(members).size !== channels || (farthest > reach(seed) && !isTie(farthest, reach(seed)))) wrong++;
    sets.add(members.toSorted().join());
  }
  wrong += grouped.groupCount - sets.size;
  return fixture.check(`${prefix}: groups with a member twice, from beyond the neighbours, or repeated`, { error: wrong, gate: 0 });
}

/** Distance of the last of the K nearest others of an image, by the neighbours of the fixture. */
function reachOf({ fixture, scan, neighborCount }: GroupSet, raw: RawData): (image: number) => number {
  const name = fixture.names.find((each) => each.startsWith(`${scan}_knn`));
  if (name === undefined) throw new RangeError(`expected the neighbours of ${scan}, got none`);
  const { shape, data } = fixture.read(name);
  const columns = shape[1] as number;
  if (neighborCount >= columns) throw new RangeError(`expected ${neighborCount} neighbours in ${name}, got ${columns - 1}`);
  return (image) => distanceIn(raw, [image, data[image * columns + neighborCount] as number]);
}

/** The arrays of the groups that the program drew, in its layout and with its sign. */
async function geometryChecks({ fixture, scan, prefix }: GroupSet): Promise<ParityCheck[]> {
  const { shape, data } = fixture.read(`${prefix}_nn_indices`);
  const members = Int32Array.from(data);
  const family = await groupsFromMembers(scanOf(fixture, scan), { members, channels: shape[1] as number }).toFamilyDict();
  const compare = (key: 'coords_nn' | 'coords_offsets' | 'coords_relative' | 'X_full', gate: number): ParityCheck => {
    const expected = fixture.read(`${prefix}_${key}`);
    const sameShape = family[key].shape.join() === expected.shape.join();
    const error = sameShape ? relativeError(family[key].data as ArrayLike<number>, expected.data) : Number.POSITIVE_INFINITY;
    return fixture.check(`${prefix}: ${key}`, { error, gate });
  };
  const coordinates = (['coords_nn', 'coords_offsets', 'coords_relative'] as const).map((key) => compare(key, 1e-12));
  return fixture.names.includes(`${scan}_diffraction`) ? [...coordinates, compare('X_full', 1e-6)] : coordinates;
}
