import { amplitudeOf, boxRegion, type ComplexImage, type FamilyScore, familyScore, mae, mse, psnr, score, ssim } from '@ptychokit/metrics';
import { describe, expect, test } from 'vitest';
import { parityArrays, parityDir, parityJson } from '../parity-arrays.js';
import { disturbed, waves } from '../sample-images.js';

// Little phase contrast, since nothing here unwraps a phase.
const truth = waves(1, [80, 80], { phaseContrast: 0.05 });

test('Peak 255 stands in the PSNR, whatever the range', () => {
  const image = disturbed(truth, { noise: 0.05, seed: 1 });
  const {
    mse: [amplitude],
    psnr: [decibel],
  } = familyScore(truth, image);
  expect(decibel).toBeCloseTo(10 * Math.log10(255 ** 2 / amplitude), 10);
});

test('Amplitudes are compared at equal means, phases without their planes', () => {
  const image = disturbed(truth, { factor: { re: 2, im: 0.1 }, ramp: { x: 1e-3, y: -2e-3 } });
  const { mae: errors } = familyScore(truth, image);
  expect(Math.max(...errors)).toBeLessThan(1e-12);
  expect(familyScore(truth, image, { phaseAlignment: 'mean' }).mae[1]).toBeGreaterThan(0.01);
});

test('Mapping phases to a range of 1 inflates their similarity, beside what the range of the truth gives', () => {
  const image = disturbed(truth, { noise: 0.05, seed: 2 });
  const own = score(truth, image, { region: boxRegion(truth.shape) }).phase.ssim.value as number;
  expect(familyScore(truth, image).ssim[1]).toBeGreaterThan(own + 0.1);
});

test('Nothing is registered', () => {
  expect(familyScore(truth, waves(1, [80, 80], { shift: { x: 2, y: 0 } })).mae[0]).toBeGreaterThan(0.05);
});

test('Too little remains of a small image', () => {
  expect(() => familyScore(waves(1, [10, 10]), waves(1, [10, 10]))).toThrow('expected at least 7 x 7 pixels after trimming, got 6 x 6');
});

type Pairs = Record<'mae' | 'mse' | 'psnr' | 'ssim' | 'ms_ssim' | 'frc50' | 'frc1over7' | 'frc50_devel_integer', [number, number]>;
type Standard = Record<
  'data_range' | 'ssim_uniform7' | 'ssim_gauss_s1p5' | 'psnr_range' | 'psnr_peak1' | 'psnr_peak255' | 'mae' | 'mse',
  number
>;
type Expected = Record<string, { plane_sigma1: Pairs; mean_sigma0: Pairs; standard_amp_trim2_meanscaled: Standard }>;

describe.skipIf(parityDir === undefined).each(['noisy', 'shifted'])(
  'Agreement for the pair %s (skipped without the shared fixtures)',
  (name) => {
    const arrays = parityDir === undefined ? {} : parityArrays('metrics.npz');
    const expected = parityDir === undefined ? undefined : parityJson<Expected>('metrics.json')[name];
    const [gt, rec] = ['gt', 'rec'].map((part) => arrays[`${name}_${part}`]) as [ComplexImage, ComplexImage];

    test.each([
      ['plane_sigma1', { phaseAlignment: 'plane', msSsimSigmaPx: 1 }],
      ['mean_sigma0', { phaseAlignment: 'mean', msSsimSigmaPx: 0 }],
    ] as const)('with the published program, %s', (key, options) => {
      const ours = familyScore(gt, rec, options);
      const theirs = expected?.[key] as Pairs;
      const rows: [keyof FamilyScore, keyof Pairs][] = [
        ['mae', 'mae'],
        ['mse', 'mse'],
        ['psnr', 'psnr'],
        ['ssim', 'ssim'],
        ['msSsim', 'ms_ssim'],
        ['frc50', 'frc50'],
        ['frc1over7', 'frc1over7'],
        ['frc50Integer', 'frc50_devel_integer'],
      ];
      for (const [our, their] of rows) {
        for (const part of [0, 1])
          expect(Math.abs((ours[our][part] as number) - (theirs[their][part] as number)), `${our} ${part}`).toBeLessThan(1e-4);
      }
    });

    test('with scikit-image, amplitudes trimmed by 2 px and scaled to the same mean', () => {
      const theirs = expected?.standard_amp_trim2_meanscaled as Standard;
      const box = { top: 2, left: 2, rows: 136, cols: 136 };
      const region = boxRegion([140, 140], box);
      const mean = (data: Float32Array | Float64Array) =>
        Array.from(data).reduce((sum, value, i) => sum + (region.mask[i] as number) * value, 0);
      const [a, b] = [amplitudeOf(gt), amplitudeOf(rec)];
      const scale = mean(a.data) / mean(b.data);
      const scaled = { shape: b.shape, data: Float64Array.from(b.data, (value) => scale * value) };
      const ours: Record<Exclude<keyof Standard, 'data_range'>, number | null> = {
        ssim_uniform7: ssim(a, scaled, { region, window: 'uniform7' }).value,
        ssim_gauss_s1p5: ssim(a, scaled, { region }).value,
        psnr_range: psnr(a, scaled, { region, peak: 'range' }).value,
        psnr_peak1: psnr(a, scaled, { region, peak: 1 }).value,
        psnr_peak255: psnr(a, scaled, { region, peak: 255 }).value,
        mae: mae(a, scaled, { region }).value,
        mse: mse(a, scaled, { region }).value,
      };
      for (const [key, value] of Object.entries(ours)) {
        expect(Math.abs((value as number) - theirs[key as keyof Standard]), key).toBeLessThan(1e-6);
      }
    });
  },
);
