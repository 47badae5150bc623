import * as tf from '@tensorflow/tfjs-core';
import { maeLoss, poissonLoss } from '../../packages/trainer/src/losses.js';
import type { NpzArray } from '../support/read-npz.js';
import { type ParityCheck, relativeError } from './check.js';
import { type Fixture, fixtureSuite } from './fixture.js';
import { likelihoodOffset } from './log-gamma.js';

/** Losses of predicted amplitudes against counts; ours leaves out what does not depend on the prediction, which is added here. */
export const lossesParity = fixtureSuite(['forward.npz'], (fixture) => [
  ...fixture.matching(/^(C\d+)_PoissonLoss_obsAmplitude$/).flatMap(([, set = '']) => lossChecks(fixture, set)),
  ...fixture.matching(/^(C\d+)_tf_negloglik_per_pixel_mean$/).map(([name, set = '']) => {
    const losses = likelihoods(samplesOf(fixture, set), { withFactorial: false });
    const pixels = fixture.read(`${set}_obs_intensity`).data.length;
    const perPixel = losses.reduce((a, b) => a + b, 0) / pixels;
    return fixture.check(name, { error: relativeError([perPixel], fixture.read(name).data), gate: 1e-5 });
  }),
]);

/** Predicted amplitudes and observed counts, `[batch, C, N, N]`. */
interface Samples {
  readonly predicted: tf.Tensor;
  readonly counts: tf.Tensor;
}

function samplesOf(fixture: Fixture, set: string): Samples {
  const tensor = ({ shape, data }: NpzArray): tf.Tensor => tf.tensor(Float32Array.from(data), [...shape]);
  return { predicted: tensor(fixture.read(`${set}_pred_amp`)), counts: tensor(fixture.read(`${set}_obs_intensity`)) };
}

function lossChecks(fixture: Fixture, set: string): readonly ParityCheck[] {
  const samples = samplesOf(fixture, set);
  const poisson = likelihoods(samples, { withFactorial: true });
  const images = tf.sqrt(samples.counts);
  const absolute = Array.from(maeLoss(samples.predicted, images).dataSync());
  const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
  const perImageMean = mean(images.dataSync()) + 1e-8;
  const check = (name: string, measured: readonly number[]): ParityCheck =>
    fixture.check(`${set}_${name}`, { error: relativeError(measured, fixture.read(`${set}_${name}`).data), gate: 1e-5 });
  return [
    check('PoissonLoss_obsAmplitude', poisson),
    check('MAELoss_obsAmplitude_mean', [mean(absolute)]),
    check('poisson_total_obsAmplitude', [mean(poisson) / perImageMean]),
    check('mae_total_obsAmplitude', [mean(absolute) / perImageMean]),
  ];
}

/** Sum of rate - n log rate (+ log n!) of each sample. */
function likelihoods({ predicted, counts }: Samples, options: { readonly withFactorial: boolean }): number[] {
  const perSample = counts.size / (counts.shape[0] as number);
  const observed = counts.dataSync();
  return Array.from(
    poissonLoss(tf.square(predicted), counts).dataSync(),
    (loss, k) => loss + likelihoodOffset(observed.subarray(k * perSample, (k + 1) * perSample), options),
  );
}
