import { discOverlap, type OverlapMetrics, overlapMetrics } from '@ptychokit/metrics';
import { type ParityCheck, relativeError } from './check.js';
import { type Fixture, fixtureSuite, readJson } from './fixture.js';

interface Measured {
  readonly metric1?: number;
  readonly metric2: number;
  readonly metric3: number;
}

interface Case {
  readonly gs1: Measured;
  readonly gs2: Measured;
  readonly n_unique: number;
  readonly n_groups: number;
}

/** Overlap of discs, and the three overlap metrics of scans with duplicate positions. */
export const overlapParity = fixtureSuite(['overlap.npz'], (fixture) => {
  const cases = Object.entries(readJson<Readonly<Record<string, Case>>>(fixture, 'overlap.json'));
  if (cases.length === 0) throw new RangeError('expected cases in overlap.json, got none');
  return [
    ...fixture.matching(/^disc_fraction_D(\d+)p(\d+)$/).map(([name, whole, tenths]) => {
      const diameter = Number(`${whole}.${tenths}`);
      const measured = Array.from(fixture.read('disc_d').data, (distance) => discOverlap(distance, diameter));
      return fixture.check(name, { error: relativeError(measured, fixture.read(name).data), gate: 1e-9 });
    }),
    ...cases.flatMap(([name, expected]) => caseChecks(fixture, { name, expected })),
  ];
});

function caseChecks(fixture: Fixture, { name, expected }: { readonly name: string; readonly expected: Case }): readonly ParityCheck[] {
  const [, scan, diameter, neighbours] = /^(.+)_D([\d.]+)_K(\d+)$/.exec(name) ?? [];
  if (scan === undefined) throw new RangeError(`expected a case named scan_D…_K…, got ${name}`);
  const coords = fixture.read(`${scan}_coords_xy`).data;
  const count = coords.length / 2;
  const input = {
    xcoords: Float64Array.from({ length: count }, (_, i) => coords[2 * i] as number),
    ycoords: Float64Array.from({ length: count }, (_, i) => coords[2 * i + 1] as number),
    neighborCount: Number(neighbours),
    probeDiameterPx: Number(diameter),
  };
  const groups = fixture.read(`${scan}_group_members_gs2`);
  const single = overlapMetrics({ ...input, members: Int32Array.from({ length: count }, (_, i) => i), channels: 1 });
  const grouped = overlapMetrics({ ...input, members: groups.data, channels: groups.shape[1] as number });
  const counts = Math.abs(single.uniqueImages - expected.n_unique) + Math.abs(grouped.groups - expected.n_groups);
  const error = (ours: OverlapMetrics, theirs: Measured): number => Math.max(...errorsOf(ours, theirs));
  return [
    fixture.check(`${name}: images and groups counted otherwise`, { error: counts, gate: 0 }),
    fixture.check(`${name}: metrics 2, 3 of single images`, { error: error(single, expected.gs1), gate: 1e-9 }),
    fixture.check(`${name}: metrics 1, 2, 3 of groups`, { error: error(grouped, expected.gs2), gate: 1e-9 }),
  ];
}

function errorsOf(ours: OverlapMetrics, theirs: Measured): readonly number[] {
  const pairs = [
    [ours.groupBased, theirs.metric1],
    [ours.imageBased, theirs.metric2],
    [ours.groupToGroup, theirs.metric3],
  ] as const;
  return pairs.flatMap(([measured, reference]) => (reference === undefined ? [] : [relativeError([measured ?? Number.NaN], [reference])]));
}
