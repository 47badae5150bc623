import {
  amplitudeOf,
  boxRegion,
  type ComplexImage,
  type FamilyScore,
  familyScore,
  mae,
  mse,
  psnr,
  type RealImage,
  type Region,
  ssim,
} from '@ptychokit/metrics';
import { type ParityCheck, relativeError } from './check.js';
import { complexArray } from './complex-array.js';
import { type Fixture, fixtureSuite, readJson } from './fixture.js';

type Row = Readonly<Record<string, number | readonly (number | null)[]>>;
type Expected = Readonly<Record<string, Readonly<Record<string, Row>>>>;

/** Scores of pairs of images: standard definitions against scikit-image, family definitions against the published program. */
export const metricsParity = fixtureSuite(['metrics.npz'], (fixture) => {
  const expected = readJson<Expected>(fixture, 'metrics.json');
  return fixture.matching(/^(.+)_gt$/).flatMap(([, pair = '']) => {
    const images = ['gt', 'rec'].map((part) => complexArray(fixture.read(`${pair}_${part}`))) as [ComplexImage, ComplexImage];
    const rows = Object.entries(expected[pair] ?? {});
    const checks = rows.flatMap(([name, row]) => rowChecks(fixture, { label: `${pair} ${name}`, name, row, images }));
    if (checks.length === 0) throw new RangeError(`expected scores of ${pair} in metrics.json, got none`);
    return checks;
  });
});

interface NamedRow {
  readonly label: string;
  readonly name: string;
  readonly row: Row;
  readonly images: readonly [ComplexImage, ComplexImage];
}

function rowChecks(fixture: Fixture, named: NamedRow): readonly ParityCheck[] {
  const standard = /^standard_amp_trim(\d+)_meanscaled$/.exec(named.name);
  if (standard !== null) return standardChecks(fixture, named, { trim: Number(standard[1]) });
  const family = /^(plane|mean)_sigma(\d+)$/.exec(named.name);
  if (family === null) throw new RangeError(`expected a known row, got ${named.name}`);
  const score = familyScore(...named.images, { phaseAlignment: family[1] as 'plane' | 'mean', msSsimSigmaPx: Number(family[2]) });
  return FAMILY.map(([ours, theirs]) => {
    // Amplitude and phase each relative to itself.
    const errors = (named.row[theirs] as readonly (number | null)[]).map((reference, part) =>
      errorOf(score[ours][part] ?? null, reference),
    );
    return fixture.check(`${named.label}: ${theirs}`, { error: Math.max(...errors), gate: 1e-4 });
  });
}

/** A score that does not exist must not exist on the other side either. */
function errorOf(measured: number | null, reference: number | null): number {
  if (reference === null) return measured === null ? 0 : Number.POSITIVE_INFINITY;
  return relativeError([measured ?? Number.NaN], [reference]);
}

const FAMILY: readonly (readonly [keyof FamilyScore, string])[] = [
  ['mae', 'mae'],
  ['mse', 'mse'],
  ['psnr', 'psnr'],
  ['ssim', 'ssim'],
  ['msSsim', 'ms_ssim'],
  ['frc50', 'frc50'],
  ['frc1over7', 'frc1over7'],
  ['frc50Integer', 'frc50_devel_integer'],
];

/** Amplitudes without a rim, scaled to one mean. */
function standardChecks(fixture: Fixture, { label, row, images }: NamedRow, { trim }: { readonly trim: number }): readonly ParityCheck[] {
  const [rows = 0, cols = 0] = images[0].shape;
  const region = boxRegion([rows, cols], { top: trim, left: trim, rows: rows - 2 * trim, cols: cols - 2 * trim });
  const [a, b] = images.map(amplitudeOf) as [RealImage, RealImage];
  const factor = sumIn(a, region) / sumIn(b, region);
  const scaled = { shape: b.shape, data: Float64Array.from(b.data, (value) => factor * value) };
  const scores: Readonly<Record<string, number | null>> = {
    ssim_uniform7: ssim(a, scaled, { region, window: 'uniform7' }).value,
    ssim_gauss_s1p5: ssim(a, scaled, { region }).value,
    psnr_range: psnr(a, scaled, { region, peak: 'range' }).value,
    psnr_peak1: psnr(a, scaled, { region, peak: 1 }).value,
    psnr_peak255: psnr(a, scaled, { region, peak: 255 }).value,
    mae: mae(a, scaled, { region }).value,
    mse: mse(a, scaled, { region }).value,
  };
  return Object.entries(scores).map(([key, value]) =>
    fixture.check(`${label}: ${key}`, { error: errorOf(value, row[key] as number), gate: 1e-6 }),
  );
}

function sumIn({ data }: RealImage, { mask }: Region): number {
  let sum = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i] === 1) sum += data[i] as number;
  return sum;
}
