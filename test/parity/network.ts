import { amplitude, type ComplexPair, mergePatches } from '@ptychokit/physics';
import * as tf from '@tensorflow/tfjs-core';
import { applyNetwork } from '../../packages/trainer/src/models/network.js';
import { sampleLosses } from '../../packages/trainer/src/models/objective.js';
import { illuminatedPatches, mergeOptions, networkPatches, predictStandardisedIntensity } from '../../packages/trainer/src/models/pinn.js';
import { Weights } from '../../packages/trainer/src/models/weights.js';
import { type ParityCheck, relativeError } from './check.js';
import { fixtureSuite } from './fixture.js';
import { likelihoodOffset } from './log-gamma.js';
import { fixtureMapping, type NetworkFixture, openNetworkFixture } from './network-fixture.js';

/** The whole network: imported weights in, every output and every gradient norm out, with fused and with plain gradients. */
export const networkParity = fixtureSuite(['model_gs1_nobig.npz', 'model_gs2.npz'], async (archive) => {
  const checks: ParityCheck[] = [];
  for (const fused of [true, false]) {
    const fixture = await openNetworkFixture(archive, { fused });
    const name = `${archive.file} (${fused ? 'fused' : 'plain'} kernels)`;
    checks.push(...outputs(fixture, name), ...losses(fixture, name), ...gradients(fixture, name));
    fixture.dispose();
  }
  return checks;
});

function outputs({ read, state, input, model }: NetworkFixture, fixture: string): ParityCheck[] {
  const check = (quantity: string, key: string, tensor: tf.Tensor): ParityCheck => {
    return { fixture, quantity, error: relativeError(tensor.dataSync(), read(key).data), gate: 1e-4 };
  };
  const interleaved = ({ re, im }: ComplexPair): tf.Tensor => tf.stack([re, im], -1);
  const first = (tensor: tf.Tensor4D): tf.Tensor => tf.transpose(tensor, [0, 3, 1, 2]);
  const checks: ParityCheck[] = [];
  tf.tidy(() => {
    const x = tf.transpose(tf.mul(input.frames, model.scales.inputScale) as tf.Tensor4D, [0, 2, 3, 1]);
    const { features, amplitude: amp, phase } = applyNetwork(x, state.weights, model.config.model);
    const network = networkPatches(input.frames, state.weights, state.context);
    const patches = illuminatedPatches(network, input.offsets, state);
    const predicted = tf.div(amplitude(predictStandardisedIntensity(patches, state)), model.scales.inputScale);
    checks.push(check('features', 'encoder_out', first(features)));
    checks.push(check('amplitude', 'amp', first(amp)), check('phase', 'phase', first(phase)));
    checks.push(check('network patches', 'complex_patches', interleaved(network)));
    if (model.config.model.gridsize > 1) {
      const merged = mergePatches(network, { offsets: input.offsets, size: model.canvasSize, ...mergeOptions(state) });
      checks.push(check('merged object', 'merged_region', interleaved(merged)));
    }
    checks.push(check('illuminated patches', 'extracted_patches', interleaved(patches)));
    checks.push(check('predicted amplitude', 'pred', predicted));
  });
  return checks;
}

const KINDS = ['poisson', 'mae'] as const;

/** The same model with one of the two losses. */
function withLoss(fixture: NetworkFixture, kind: (typeof KINDS)[number]): NetworkFixture['state'] {
  const { model } = fixture;
  const config = { ...model.config, nllWeight: kind === 'poisson' ? 1 : 0, maeWeight: kind === 'mae' ? 1 : 0 };
  return { ...fixture.state, context: { ...fixture.state.context, model: { ...model, config } } };
}

/** What the loss of the fixture adds to ours: the part without parameters (Poisson), and the units of the images (MAE). */
function toFixtureUnits(fixture: NetworkFixture, kind: (typeof KINDS)[number]): { readonly factor: number; readonly offset: number } {
  const { model, input } = fixture;
  const images = input.frames.dataSync();
  const perImageMean = model.scales.meanCounts * model.config.model.gridsize ** 2; // mean(image) + 1e-8
  if (kind === 'mae') return { factor: 1 / (model.scales.inputScale * perImageMean), offset: 0 };
  const constant = likelihoodOffset(
    Float64Array.from(images, (x) => x * x),
    { withFactorial: true },
  );
  return { factor: 1, offset: constant / (input.frames.shape[0] * perImageMean) };
}

function losses(fixture: NetworkFixture, name: string): ParityCheck[] {
  return KINDS.map((kind) => {
    const { factor, offset } = toFixtureUnits(fixture, kind);
    const loss = tf.tidy(() => tf.mean(sampleLosses(fixture.input, withLoss(fixture, kind))).dataSync()[0] as number);
    const reference = fixture.read(`loss_${kind}`).data[0] as number;
    return {
      fixture: name,
      quantity: `${kind} loss`,
      error: Math.abs(factor * loss + offset - reference) / Math.abs(reference),
      gate: 1e-5,
    };
  });
}

function gradients(fixture: NetworkFixture, name: string): ParityCheck[] {
  const { read, model } = fixture;
  const keys = model.specs.map((spec) => (fixtureMapping(spec.name)?.key ?? '').replace('param:', ''));
  const order = read('param_names').data as unknown as readonly string[];
  return KINDS.flatMap((kind) => {
    const measured = gradientsOf(fixture, kind);
    const reference = read(`gradnorm_${kind}`).data;
    const expected = keys.map((key) => reference[order.indexOf(key)] as number);
    const largest = expected.reduce((a, b) => Math.max(a, b), 0);
    const errors = measured.map((gradient, i) => {
      const norm = tf.norm(gradient).dataSync()[0] as number;
      // Norms that vanish beside the others are compared on the scale of the largest.
      return Math.abs(norm - (expected[i] as number)) / Math.max(expected[i] as number, 1e-6 * largest);
    });
    const quantity = `${kind} gradient norms, ${measured.length} parameters, each relative to itself`;
    return [{ fixture: name, quantity, error: Math.max(...errors), gate: 1e-2 }, ...fullGradients(fixture, { name, kind, keys, measured })];
  });
}

/** Gradients by the parameters of the model in their order, in the units of the fixture. */
function gradientsOf(fixture: NetworkFixture, kind: (typeof KINDS)[number]): readonly tf.Tensor[] {
  const { model, tensors, input } = fixture;
  const state = withLoss(fixture, kind);
  const { factor } = toFixtureUnits(fixture, kind);
  const names = model.specs.map((spec) => spec.name);
  const objective = (...values: tf.Tensor[]): tf.Scalar => {
    const weights = new Weights(Object.fromEntries(names.map((each, i) => [each, values[i] as tf.Tensor])), { fused: state.weights.fused });
    return tf.mean(sampleLosses(input, { ...state, weights })) as tf.Scalar;
  };
  return tf
    .grads(objective)(names.map((each) => tensors[each] as tf.Tensor))
    .map((gradient) => tf.mul(gradient, factor));
}

/** The few gradients that the fixture holds in full. */
function fullGradients(
  { read, names, model }: NetworkFixture,
  gradient: {
    readonly name: string;
    readonly kind: string;
    readonly keys: readonly string[];
    readonly measured: readonly tf.Tensor[];
  },
): readonly ParityCheck[] {
  const { name, kind, keys, measured } = gradient;
  return names
    .filter((each) => each.startsWith(`grad_${kind}:`))
    .map((each) => {
      const key = each.replace(`grad_${kind}:`, '');
      const at = keys.indexOf(key);
      if (at < 0) throw new RangeError(`expected a parameter of the model, got ${key}`);
      const { shape, data } = read(each);
      const { axes } = fixtureMapping((model.specs[at] as { readonly name: string }).name) ?? {};
      const expected = tf.transpose(tf.tensor(Float32Array.from(data), [...shape]), axes === undefined ? undefined : [...axes]);
      const error = relativeError((measured[at] as tf.Tensor).dataSync(), expected.dataSync());
      return { fixture: name, quantity: `${kind} gradient of ${key.replace('autoencoder.', '')}`, error, gate: 1e-2 };
    });
}
