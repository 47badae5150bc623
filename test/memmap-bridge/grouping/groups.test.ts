import { countGroups, GroupingError, type GroupingOptions, groupFrames, groupsFromMembers, type RawData } from '@ptychokit/memmap-bridge';
import { describe, expect, it } from 'vitest';
import { rawScan, syntheticScan } from '../support/synthetic-scan.js';

const raw = rawScan(syntheticScan({ frameCount: 49, frameSize: 2 }));
const defaults: GroupingOptions = {
  gridsize: 2,
  neighborCount: 7,
  nGroups: null,
  nSubsample: null,
  subsampleSeed: null,
  sequentialSampling: false,
  seed: 42,
};
const group = (options: Partial<GroupingOptions>, scan: RawData = raw): number[][] => {
  const { members, channels, groupCount } = groupFrames(scan, { ...defaults, ...options });
  return Array.from({ length: groupCount }, (_, g) => [...members.subarray(g * channels, (g + 1) * channels)]);
};

describe('groupFrames with gridsize 1', () => {
  it('makes every image a group of its own', () => {
    expect(group({ gridsize: 1 })).toEqual(Array.from({ length: 49 }, (_, i) => [i]));
  });

  it('caps the groups, by a seeded choice in file order or by taking the first', () => {
    const chosen = group({ gridsize: 1, nGroups: 10 }).flat();
    expect(chosen).toHaveLength(10);
    expect(chosen).toEqual([...new Set(chosen)].sort((a, b) => a - b));
    expect(group({ gridsize: 1, nGroups: 10 }).flat()).toEqual(chosen);
    expect(group({ gridsize: 1, nGroups: 10, seed: 0 }).flat()).not.toEqual(chosen);
    expect(group({ gridsize: 1, nGroups: 3, sequentialSampling: true })).toEqual([[0], [1], [2]]);
    expect(group({ gridsize: 1, nGroups: 1000 })).toHaveLength(49);
  });

  it('chooses images first, with a seed of its own', () => {
    const chosen = group({ gridsize: 1, nSubsample: 20, subsampleSeed: 0 }).flat();
    expect(chosen).toHaveLength(20);
    expect(group({ gridsize: 1, nSubsample: 20, subsampleSeed: 0, seed: 7 }).flat()).toEqual(chosen);
    expect(group({ gridsize: 1, nSubsample: 20, subsampleSeed: 1 }).flat()).not.toEqual(chosen);
    const capped = group({ gridsize: 1, nSubsample: 20, subsampleSeed: 0, nGroups: 5 }).flat();
    expect(capped.every((image) => chosen.includes(image))).toBe(true);
    expect(group({ gridsize: 1, nSubsample: 4, sequentialSampling: true }).flat()).toEqual([0, 1, 2, 3]);
    expect(group({ gridsize: 1, nSubsample: 1000 })).toHaveLength(49);
  });
});

describe('groupFrames with larger groups', () => {
  it.each([2, 3, 4])('makes one group for every image, which leads it (gridsize %d)', (gridsize) => {
    const groups = group({ gridsize, neighborCount: gridsize ** 2 + 3 });
    expect(groups.map(([seed]) => seed)).toEqual(Array.from({ length: 49 }, (_, i) => i));
    for (const members of groups) expect(new Set(members).size).toBe(gridsize ** 2);
  });

  it('draws from chosen images only', () => {
    const groups = group({ nSubsample: 20 });
    expect(new Set(groups.flat()).size).toBe(20);
    expect(groups).toHaveLength(20);
  });

  it('oversamples without repeating a group, up to what exists, and says how much that is', () => {
    const { count, exact } = countGroups(raw, { gridsize: 2, neighborCount: 6 });
    expect(exact).toBe(true);
    const groups = group({ neighborCount: 6, nGroups: count });
    expect(new Set(groups.map((members) => [...members].sort((a, b) => a - b).join())).size).toBe(count);
    expect(() => group({ neighborCount: 6, nGroups: count + 1 })).toThrow(GroupingError);
    expect(() => group({ neighborCount: 6, nGroups: count + 1 })).toThrow(
      `${count + 1} distinct groups are asked for; ${count} exist in this scan`,
    );
    expect(() => group({ neighborCount: 6, nGroups: 10_000_000 })).toThrow(`set nGroups to at most ${count}`);
  });

  it('gives fewer groups than images where no more exist and none were asked for', () => {
    const four = raw.subset([0, 1, 7, 8]);
    expect(group({ neighborCount: 4 }, four)).toHaveLength(1);
    expect(() => group({ neighborCount: 4, nGroups: 2 }, four)).toThrow(/2 distinct groups are asked for; 1 exist/);
  });

  it('keeps scans apart', () => {
    const two = rawScan({
      ...syntheticScan({ frameCount: 49, frameSize: 2 }),
      scanIndex: Int32Array.from({ length: 49 }, (_, i) => i % 2),
    });
    for (const members of group({ nGroups: 200 }, two)) expect(new Set(members.map((image) => image % 2)).size).toBe(1);
  });

  it.each<[string, Partial<GroupingOptions>, RegExp]>([
    [
      'fewer neighbours than members',
      { neighborCount: 3 },
      /Groups of 4 images \(gridsize 2\) cannot be drawn from 3 neighbours[\s\S]*neighborCount to 4 or more/,
    ],
    [
      'oversampling without choice',
      { neighborCount: 4, nGroups: 50 },
      /50 groups of 49 images need more neighbours[\s\S]*neighborCount to 5 or more/,
    ],
    ['too few images', { nSubsample: 3 }, /Scan 0 has 3 of the 4 images/],
  ])('refuses %s (OVERSAMPLING-001)', (_, options, message) => {
    expect(() => group(options)).toThrow(GroupingError);
    expect(() => group(options)).toThrow(message);
  });

  it('names the scan that is too small', () => {
    const scanIndex = Int32Array.from({ length: 49 }, (_, i) => (i < 3 ? 8 : 2));
    expect(() => group({}, rawScan({ ...syntheticScan({ frameCount: 49, frameSize: 2 }), scanIndex }))).toThrow(/Scan 8 has 3 of the 4/);
  });

  it('refuses a gridsize that is none', () => {
    expect(() => group({ gridsize: 0 })).toThrow(RangeError);
    expect(() => group({ gridsize: 1.5 })).toThrow(RangeError);
  });
});

describe('GroupedData', () => {
  it('places centres in the middle of the members, and offsets add up to nothing', () => {
    const grouped = groupFrames(raw, { ...defaults, nGroups: 60 });
    for (let g = 0; g < grouped.groupCount; g++) {
      const members = [...grouped.members.subarray(4 * g, 4 * g + 4)];
      const mean = (values: Float64Array): number => members.reduce((sum, k) => sum + (values[k] as number), 0) / 4;
      expect(grouped.centres[2 * g]).toBeCloseTo(mean(raw.xcoords), 12);
      expect(grouped.centres[2 * g + 1]).toBeCloseTo(mean(raw.ycoords), 12);
      members.forEach((k, c) => {
        expect(grouped.offsets[8 * g + 2 * c]).toBeCloseTo((raw.xcoords[k] as number) - mean(raw.xcoords), 12);
        expect(grouped.offsets[8 * g + 2 * c + 1]).toBeCloseTo((raw.ycoords[k] as number) - mean(raw.ycoords), 12);
      });
    }
  });
});

describe('groupsFromMembers', () => {
  it('takes groups as they are given', () => {
    const members = Int32Array.of(3, 1, 2, 0, 3, 1, 2, 0);
    expect(groupsFromMembers(raw, { members, channels: 4 })).toMatchObject({ groupCount: 2, channels: 4, members });
  });

  it('refuses parts of groups and images that are not there', () => {
    expect(() => groupsFromMembers(raw, { members: Int32Array.of(1, 2, 3), channels: 2 })).toThrow(/groups of 2, got 3/);
    expect(() => groupsFromMembers(raw, { members: Int32Array.of(1, 49), channels: 2 })).toThrow(/0 … 48, got 49/);
    expect(() => groupsFromMembers(raw, { members: Int32Array.of(1), channels: 0 })).toThrow(RangeError);
  });
});
