import type { ModelConfig } from '@ptychokit/config';
import * as tf from '@tensorflow/tfjs-core';
import { convLayer } from '../ops/conv-layer.js';
import { depthToSpace, upsample, upsampledKernel } from '../ops/upsample.js';
import { centreActivation, centreBias, silu } from './activations.js';
import { ladderFor, patchesPerGroup } from './ladder.js';
import { convSpecs, type ParameterSpec } from './parameters.js';
import type { Weights } from './weights.js';

/** The two decoders are alike but for their activations. */
export type DecoderKind = 'amplitude' | 'phase';

/** Features that feed the border path: one per frame of a group. */
const borderChannels = (config: ModelConfig): number => config.gridsize ** 2;

/** The rim has a path of its own when the sharp path leaves it out. */
const hasBorder = ({ probeBig, padObject }: ModelConfig): boolean => probeBig && padObject;

/** Heads start weak, so that a fresh network gives the object of its biases on any input, amplitude 1 and phase 0, plus a little of its own. */
const HEAD_GAIN = 0.1;

/** Parameters of one decoder. */
export function decoderSpecs(kind: DecoderKind, config: ModelConfig): ParameterSpec[] {
  const ladder = ladderFor(config);
  const channels = [ladder.encoder.at(-1) as number, ...ladder.decoder];
  const last = channels.at(-1) as number;
  const out = patchesPerGroup(config);
  const start = centreBias(kind, config);
  const blocks = channels
    .slice(1)
    .flatMap((to, block) => [
      ...convSpecs(`${kind}/${block}/conv1`, { size: 3, in: channels[block] as number, out: to }, { kind: 'he' }),
      ...convSpecs(`${kind}/${block}/conv2`, { size: 3, in: to, out: to }, { kind: 'he' }),
    ]);
  const features = config.padObject ? last - borderChannels(config) : last;
  const centre = convSpecs(`${kind}/centre`, { size: 3, in: features, out }, { kind: 'glorot', bias: start.centre, gain: HEAD_GAIN });
  if (!hasBorder(config)) return [...blocks, ...centre];
  return [
    ...blocks,
    ...centre,
    ...convSpecs(`${kind}/border/conv1`, { size: 3, in: borderChannels(config), out: last }, { kind: 'he' }),
    ...convSpecs(`${kind}/border/conv2`, { size: 3, in: last, out: last }, { kind: 'he' }),
    ...convSpecs(`${kind}/border/out`, { size: 3, in: last, out }, { kind: 'glorot', bias: start.border, gain: HEAD_GAIN }),
  ];
}

/**
 * Features to object amplitude or phase (radians).
 *
 * @param features `[batch, 8, 8, 128 n]`
 * @returns `[batch, N, N, patches]`: activated centre of N/2 x N/2 pixels, border path around it (zeros without
 *   `probeBig`); without `padObject` the centre path makes the whole patch
 */
export function decode(kind: DecoderKind, features: tf.Tensor4D, weights: Weights, config: ModelConfig): tf.Tensor4D {
  const { fused } = weights;
  const conv = (input: tf.Tensor4D, layer: string): tf.Tensor4D =>
    convLayer(input, weights.conv(`${kind}/${layer}`), { activation: 'relu', fused });
  const decoded = ladderFor(config).decoder.reduce(
    (input, _, block) => upsample(conv(conv(input, `${block}/conv1`), `${block}/conv2`)),
    features,
  ); // [b, N/2, N/2, 32 n]
  if (!config.padObject) return centreActivation(kind, config)(upsampledHead(decoded, weights, `${kind}/centre`)); // [b, N, N, patches]
  const split = decoded.shape[3] - borderChannels(config);
  const [forCentre, forBorder] = tf.split(decoded, [split, borderChannels(config)], 3) as [tf.Tensor4D, tf.Tensor4D];
  const centre = centreActivation(kind, config)(convLayer(forCentre, weights.conv(`${kind}/centre`), { fused }));
  const rim = config.N / 4;
  const padded = tf.pad4d(centre, [
    [0, 0],
    [rim, rim],
    [rim, rim],
    [0, 0],
  ]);
  if (!hasBorder(config)) return padded;
  const border = upsampledHead(conv(conv(forBorder, 'border/conv1'), 'border/conv2'), weights, `${kind}/border/out`);
  return tf.add(padded, tf.mul(silu(border), borderMask(config.N)));
}

/** Nearest upsampling and a 3x3 convolution in one pass at the smaller size: `[b, h, w, c]` to `[b, 2h, 2w, patches]`. */
function upsampledHead(x: tf.Tensor4D, weights: Weights, layer: string): tf.Tensor4D {
  const { kernel, bias } = weights.conv(layer);
  const four = convLayer(x, { kernel: upsampledKernel(kernel) }, { fused: weights.fused });
  return tf.add(depthToSpace(four), bias as tf.Tensor1D);
}

/** 0 in the central N/2 square, 1 around it: `[1, N, N, 1]`. */
function borderMask(size: number): tf.Tensor4D {
  const rim = size / 4;
  return tf.tidy(() =>
    tf.pad4d(
      tf.zeros([1, size / 2, size / 2, 1]),
      [
        [0, 0],
        [rim, rim],
        [rim, rim],
        [0, 0],
      ],
      1,
    ),
  );
}
