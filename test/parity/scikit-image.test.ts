import { align, amplitudeOf, boxRegion, type ComplexImage, frc, psnr, type RealImage, ssim } from '@ptychokit/metrics';
import { describe, expect, it } from 'vitest';
import { disturbed, waves } from '../metrics/sample-images.js';
import { hasPython, runPython } from '../support/python.js';

const hasScikitImage = hasPython(['numpy', 'skimage']);

/** The definitions as others programmed them; images come as lists, so that nothing of ours reads them. */
const PROGRAM = `
import json, sys
import numpy as np
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from skimage.registration import phase_cross_correlation
pair = json.load(sys.stdin)
shape = pair['shape']
a, b = (np.array(pair[k]).reshape(*shape, 2) @ np.array([1, 1j]) for k in 'ab')
x, y = abs(a), abs(b)
data_range = x.max() - x.min()
gauss = dict(gaussian_weights=True, sigma=1.5, use_sample_covariance=False)
f, g = (np.fft.fftshift(np.fft.fft2(z - z.mean())) for z in (a, b))
size = min(shape)
rows, cols = ((np.arange(n) - n // 2) * size / n for n in shape)
ring = np.floor(np.hypot(rows[:, None], cols[None, :]) + 0.5).astype(int)
curve = [float(abs((f * g.conj())[ring == k].sum()) / np.sqrt((abs(f[ring == k])**2).sum() * (abs(g[ring == k])**2).sum())) for k in range(size // 2 + 1)]
print(json.dumps(dict(
    gaussian=structural_similarity(x, y, data_range=data_range, **gauss),
    uniform7=structural_similarity(x, y, data_range=data_range),
    psnr=peak_signal_noise_ratio(x, y, data_range=data_range),
    shift=phase_cross_correlation(a, b, upsample_factor=100, normalization=None)[0].tolist(),
    frc=curve)))
`;

interface Theirs {
  readonly gaussian: number;
  readonly uniform7: number;
  readonly psnr: number;
  /** Rows, columns. */
  readonly shift: readonly [number, number];
  readonly frc: readonly number[];
}

const theirsOf = (a: ComplexImage, b: ComplexImage): Theirs =>
  runPython(PROGRAM, { needs: ['numpy', 'skimage'], input: JSON.stringify({ shape: a.shape, a: [...a.data], b: [...b.data] }) }) as Theirs;

describe.skipIf(!hasScikitImage)('Metrics agree with scikit-image and numpy', () => {
  it.each([
    [[61, 83], 0.05],
    [[96, 64], 0.3],
  ] as const)('on images of %j pixels with noise %d', (shape, noise) => {
    const truth = waves(11, [...shape]);
    const image = disturbed(truth, { noise, seed: 3 });
    const theirs = theirsOf(truth, image);
    const [a, b] = [amplitudeOf(truth), amplitudeOf(image)] as [RealImage, RealImage];
    expect(Math.abs((ssim(a, b).value as number) - theirs.gaussian)).toBeLessThan(1e-6);
    expect(Math.abs((ssim(a, b, { window: 'uniform7' }).value as number) - theirs.uniform7)).toBeLessThan(1e-6);
    expect(Math.abs((psnr(a, b, { peak: 'range' }).value as number) - theirs.psnr)).toBeLessThan(1e-6);
    const { correlation } = frc(truth, image);
    expect(correlation).toHaveLength(theirs.frc.length);
    for (const [ring, value] of theirs.frc.entries()) {
      if (ring > 0) expect(Math.abs((correlation[ring] as number) - value), `ring ${ring}`).toBeLessThan(1e-4);
    }
  });

  it('and find the same shift', () => {
    const [truth, moved] = [waves(11, [64, 80]), waves(11, [64, 80], { shift: { x: 2.37, y: -1.62 } })];
    const { shift } = theirsOf(truth, moved);
    const found = align(truth, moved, { region: boxRegion([64, 80], { top: 8, left: 8, rows: 48, cols: 64 }) }).shiftPx;
    expect(found.x).toBeCloseTo(-2.37, 2);
    expect(found.y).toBeCloseTo(1.62, 2);
    expect(Math.abs(found.y - shift[0])).toBeLessThan(0.1); // theirs is cyclic, the image is not
    expect(Math.abs(found.x - shift[1])).toBeLessThan(0.1);
  });
});

it.skipIf(hasScikitImage)('needs Python with scikit-image: name its interpreter in PYTHON', () => undefined);
