import { Random } from '@ptychokit/config';
import { GroupingError } from '../errors.js';
import type { RawData } from '../raw-data.js';
import { blocksOf, type ImagePlaces } from './blocks.js';
import { GroupedData } from './grouped-data.js';
import { imagesByScan, nearestNeighbours } from './neighbours.js';
import type { GroupingOptions } from './options.js';
import { boundMemberSets, countMemberSets, drawMemberSets } from './oversampling.js';

/**
 * Groups the frames of a scan by neighbourhood (OVERSAMPLING-001).
 *
 * With gridsize 1 every image is a group of its own, and `nGroups` caps their number. Otherwise a group is a seed image and
 * `gridsize ** 2 - 1` of its `neighborCount` nearest other images of the same scan; with `nGroups` null there is one group for every
 * image (fewer where fewer distinct groups exist). With the layout `blocks` the groups are the blocks of images that lie beside and below
 * each other, members line by line from the top left, each block once.
 *
 * @throws GroupingError fewer images than a group needs, fewer distinct groups than asked for, or images that are in no block
 */
export function groupFrames(raw: RawData, options: GroupingOptions): GroupedData {
  const { gridsize, nGroups } = options;
  if (!Number.isInteger(gridsize) || gridsize < 1) throw new RangeError(`expected gridsize to be a positive integer, got ${gridsize}`);
  const images = chooseImages(raw, options);
  if (gridsize === 1) {
    const size = Math.min(nGroups ?? images.length, images.length);
    return new GroupedData(raw, { members: pickSome(images, { ...options, size, purpose: 'groups' }), channels: 1 });
  }
  const channels = gridsize ** 2;
  assertGroupable(raw, { images, options });
  const drawn = drawGroups(raw, { images, options });
  return new GroupedData(raw, { members: drawn.map((i) => images[i] as number), channels });
}

/**
 * Groups given by the caller.
 *
 * @param groups `members`: frame indices, `[groups, channels]`; used, not copied
 * @throws RangeError an index outside the scan, or a length that is no whole number of groups
 */
export function groupsFromMembers(raw: RawData, groups: { readonly members: Int32Array; readonly channels: number }): GroupedData {
  const { members, channels } = groups;
  if (!Number.isInteger(channels) || channels < 1 || members.length % channels !== 0) {
    throw new RangeError(`expected members in groups of ${channels}, got ${members.length}`);
  }
  const outside = members.find((index) => index < 0 || index >= raw.frameCount);
  if (outside !== undefined) throw new RangeError(`expected indices in 0 … ${raw.frameCount - 1}, got ${outside}`);
  return new GroupedData(raw, groups);
}

/**
 * How many distinct groups a scan has; an upper bound where they are too many to count.
 *
 * @param options gridsize above 1, and the number of nearest other images that members come from
 */
export function countGroups(
  raw: Pick<RawData, 'frameCount' | 'xcoords' | 'ycoords' | 'scanIndex'>,
  options: Pick<GroupingOptions, 'gridsize' | 'neighborCount' | 'groupLayout'>,
): { readonly count: number; readonly exact: boolean } {
  const { gridsize, neighborCount } = options;
  if (gridsize === 1) return { count: raw.frameCount, exact: true };
  const images = Int32Array.from({ length: raw.frameCount }, (_, i) => i);
  const neighbours = nearestNeighbours(raw, { images, count: neighborCount });
  if (options.groupLayout !== 'blocks') return countMemberSets(neighbours, gridsize ** 2);
  return { count: blocksOf(neighbours, { places: placesOf(raw, images), gridsize }).members.length / gridsize ** 2, exact: true };
}

interface Chosen {
  readonly images: Int32Array;
  readonly options: GroupingOptions;
}

function chooseImages(raw: RawData, options: GroupingOptions): Int32Array {
  const all = Int32Array.from({ length: raw.frameCount }, (_, i) => i);
  const size = Math.min(options.nSubsample ?? all.length, all.length);
  return pickSome(all, { ...options, seed: options.subsampleSeed ?? options.seed, size, purpose: 'images' });
}

/** `size` of the images, in file order: the first ones, or a random choice. */
function pickSome(images: Int32Array, options: { size: number; seed: number; sequentialSampling: boolean; purpose: string }): Int32Array {
  const { size, seed, purpose } = options;
  if (size >= images.length) return images;
  if (options.sequentialSampling) return images.slice(0, size);
  return new Random(seed, 'grouping', purpose)
    .choose(images.length, size)
    .sort()
    .map((i) => images[i] as number);
}

function drawGroups(raw: RawData, { images, options }: Chosen): Int32Array {
  if (options.groupLayout === 'blocks') return blocksFor(raw, { images, options });
  const { neighborCount, nGroups, sequentialSampling: sequential } = options;
  const channels = options.gridsize ** 2;
  const neighbours = nearestNeighbours(raw, { images, count: neighborCount });
  const wanted = nGroups ?? images.length;
  if (nGroups !== null && boundMemberSets(neighbours, channels) < wanted)
    throw tooMany(raw, { wanted, ...countMemberSets(neighbours, channels) });
  const random = new Random(options.seed, 'grouping', 'members');
  const drawn = drawMemberSets({ neighbours, channels, wanted, random, sequential });
  const count = drawn.length / channels;
  if (nGroups !== null && count < nGroups) throw tooMany(raw, { wanted, count, exact: true });
  return drawn;
}

function blocksFor(raw: RawData, { images, options }: Chosen): Int32Array {
  const { gridsize, neighborCount, nGroups } = options;
  const channels = gridsize ** 2;
  const { members, left } = blocksOf(nearestNeighbours(raw, { images, count: neighborCount }), { places: placesOf(raw, images), gridsize });
  const blocks = Int32Array.from({ length: members.length / channels }, (_, block) => block);
  if (left.length > 0) {
    throw new GroupingError(`${left.length} of ${images.length} images are in no block of ${gridsize} x ${gridsize} images`, {
      where: raw.source,
      fix: "set groupLayout to 'neighbours', use a smaller gridsize, or raise neighborCount",
    });
  }
  if (nGroups !== null && nGroups > blocks.length) throw tooMany(raw, { wanted: nGroups, count: blocks.length, exact: true });
  const chosen = pickSome(blocks, { ...options, size: nGroups ?? blocks.length, purpose: 'blocks' });
  const drawn = new Int32Array(chosen.length * channels);
  chosen.forEach((block, i) => {
    drawn.set(members.subarray(block * channels, (block + 1) * channels), i * channels);
  });
  return drawn;
}

function placesOf({ xcoords, ycoords }: Pick<RawData, 'xcoords' | 'ycoords'>, images: Int32Array): ImagePlaces {
  const at = (all: Float64Array): Float64Array => Float64Array.from(images, (image) => all[image] as number);
  return { xs: at(xcoords), ys: at(ycoords) };
}

function assertGroupable(raw: RawData, { images, options }: Chosen): void {
  const { gridsize, neighborCount, nGroups } = options;
  const channels = gridsize ** 2;
  if (neighborCount < channels) {
    throw new GroupingError(
      `Groups of ${channels} images (gridsize ${gridsize}) cannot be drawn from ${neighborCount} neighbours (OVERSAMPLING-001)`,
      {
        where: raw.source,
        fix: `set neighborCount to ${channels} or more`,
      },
    );
  }
  if (nGroups !== null && nGroups > images.length && neighborCount === channels) {
    throw new GroupingError(`${nGroups} groups of ${images.length} images need more neighbours than members (OVERSAMPLING-001)`, {
      where: raw.source,
      fix: `set neighborCount to ${channels + 1} or more, or nGroups to at most ${images.length}`,
    });
  }
  for (const scan of imagesByScan(raw, images)) {
    if (scan.length >= channels) continue;
    const index = raw.scanIndex[images[scan[0] as number] as number];
    throw new GroupingError(`Scan ${index} has ${scan.length} of the ${channels} images that a group of gridsize ${gridsize} needs`, {
      where: raw.source,
      fix: 'use a smaller gridsize, more images (nSubsample), or leave this scan out',
    });
  }
}

function tooMany(raw: RawData, groups: { wanted: number; count: number; exact: boolean }): GroupingError {
  const exist = groups.exact ? `${groups.count} exist` : `at most ${groups.count} exist`;
  return new GroupingError(`${groups.wanted} distinct groups are asked for; ${exist} in this scan`, {
    where: raw.source,
    fix: `set nGroups to at most ${groups.count}, or raise neighborCount`,
  });
}
