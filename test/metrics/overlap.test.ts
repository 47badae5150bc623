import { discOverlap, overlapMetrics } from '@ptychokit/metrics';
import Flatbush from 'flatbush';
import { describe, expect, test } from 'vitest';
import { parityArrays, parityDir, parityJson } from './parity-arrays.js';

describe('Discs', () => {
  test.each([
    [0, 1],
    [10, 0],
    [11, 0],
    [5, 0.391],
  ])('of diameter 10 at distance %d overlap by %d', (distance, expected) => {
    expect(discOverlap(distance, 10)).toBeCloseTo(expected, 3);
  });

  test('overlap as an integral over their area says', () => {
    let [inside, both] = [0, 0];
    for (let x = -1; x < 1; x += 0.002) {
      for (let y = -1; y < 1; y += 0.002) {
        if (x * x + y * y >= 1) continue;
        inside++;
        if ((x - 0.7) ** 2 + y * y < 1) both++;
      }
    }
    expect(discOverlap(0.7, 2)).toBeCloseTo(both / inside, 3);
  });

  test.each([0, -1, Number.NaN])('have a positive diameter, not %d', (diameter) => {
    expect(() => discOverlap(1, diameter)).toThrow(RangeError);
  });
});

describe('Metrics', () => {
  const square = { xcoords: [0, 4, 0, 4, 100], ycoords: [0, 0, 4, 4, 100], neighborCount: 2, probeDiameterPx: 10 };
  const side = discOverlap(4, 10);

  test('of single images have no group-based one', () => {
    const result = overlapMetrics({ ...square, members: [0, 1, 2, 3, 4], channels: 1 });
    expect(result.groupBased).toBeNull();
    expect(result.imageBased).toBeCloseTo((4 * side) / 5, 12);
    expect(result.groupToGroup).toBeCloseTo((4 * (2 * side + discOverlap(Math.hypot(4, 4), 10))) / 3 / 5, 12);
    expect(result).toMatchObject({ uniqueImages: 5, groups: 5 });
  });

  test('of groups compare fellows and centres', () => {
    const result = overlapMetrics({ ...square, members: [0, 1, 2, 3, 0, 1, 2, 3], channels: 4, neighborCount: 7 });
    expect(result.groupBased).toBeCloseTo((2 * side + discOverlap(Math.hypot(4, 4), 10)) / 3, 12);
    expect(result.groupToGroup).toBe(1);
  });

  test('count images at the same place once', () => {
    const twice = { ...square, xcoords: [...square.xcoords, 0], ycoords: [...square.ycoords, 0] };
    const result = overlapMetrics({ ...twice, members: [0], channels: 1 });
    expect(result.uniqueImages).toBe(5);
    expect(result.imageBased).toBeCloseTo((4 * side) / 5, 12);
  });

  test('do not count a group that only touches', () => {
    const row = { xcoords: [0, 4, 10], ycoords: [0, 0, 0], members: [0, 1, 2], channels: 1, neighborCount: 2, probeDiameterPx: 10 };
    const [near, far] = [discOverlap(4, 10), discOverlap(6, 10)];
    expect(overlapMetrics(row).groupToGroup).toBeCloseTo((near + (near + far) / 2 + far) / 3, 12);
  });

  test('of nothing are undefined', () => {
    const result = overlapMetrics({ xcoords: [], ycoords: [], members: [], channels: 4, neighborCount: 3, probeDiameterPx: 5 });
    expect(result).toEqual({ groupBased: null, imageBased: null, groupToGroup: null, uniqueImages: 0, groups: 0 });
  });

  test('need whole groups', () => {
    expect(() => overlapMetrics({ ...square, members: [0, 1, 2], channels: 4 })).toThrow('expected whole groups of 4 members, got 3');
  });
});

type Expected = Record<string, Record<'gs1' | 'gs2', { metric1?: number; metric2: number; metric3: number }> & { n_unique: number }>;

describe.skipIf(parityDir === undefined)('Agreement with the published program (skipped without the shared fixtures)', () => {
  const arrays = parityDir === undefined ? {} : parityArrays('overlap.npz');
  const expected = parityDir === undefined ? {} : parityJson<Expected>('overlap.json');
  const flatbush = (xs: Float64Array, ys: Float64Array) => {
    const tree = new Flatbush(xs.length);
    for (let i = 0; i < xs.length; i++) tree.add(xs[i] as number, ys[i] as number);
    tree.finish();
    return tree;
  };

  test('The disc fraction', () => {
    const { disc_d: distances, disc_fraction_D38p4: fractions } = arrays;
    for (let i = 0; i < 91; i++) {
      expect(Math.abs(discOverlap(distances?.data[i] as number, 38.4) - (fractions?.data[i] as number))).toBeLessThan(1e-12);
    }
  });

  const cases = Object.keys(expected).flatMap((name) =>
    (['gs1', 'gs2'] as const).flatMap(
      (gs) =>
        [
          [name, gs, undefined],
          [name, gs, flatbush],
        ] as const,
    ),
  );
  test.each(cases)('%s %s with neighbour search %o', (name, gs, neighbourIndex) => {
    const [scan = '', diameter = '', k = ''] = name.split('_');
    const coords = arrays[`${scan}_coords_xy`]?.data as Float64Array;
    const xcoords = coords.filter((_, i) => i % 2 === 0);
    const ycoords = coords.filter((_, i) => i % 2 === 1);
    const members = gs === 'gs1' ? Int32Array.from(xcoords.keys()) : (arrays[`${scan}_group_members_gs2`]?.data as Int32Array);
    const search = neighbourIndex === undefined ? {} : { neighbourIndex };
    const result = overlapMetrics({
      ...{ xcoords, ycoords, members, channels: gs === 'gs1' ? 1 : 4, ...search },
      ...{ neighborCount: Number(k.slice(1)), probeDiameterPx: Number(diameter.slice(1)) },
    });
    const wanted = (expected[name] as Expected[string])[gs];
    expect(result.uniqueImages).toBe(expected[name]?.n_unique);
    expect(Math.abs((result.imageBased as number) - wanted.metric2)).toBeLessThan(1e-9);
    expect(Math.abs((result.groupToGroup as number) - wanted.metric3)).toBeLessThan(1e-9);
    if (wanted.metric1 !== undefined) expect(Math.abs((result.groupBased as number) - wanted.metric1)).toBeLessThan(1e-9);
  });
});
