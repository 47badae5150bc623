import { disposePair, fromPairSync } from '@ptychokit/physics';
import * as tf from '@tensorflow/tfjs-core';
import { type ModelDefinition, PROBE_IM, PROBE_RE } from './definition.js';
import { currentProbe, type ModelContext } from './pinn.js';
import { Weights } from './weights.js';

/** A model with values for its parameters: what a bundle holds and inference needs. */
export interface TrainedModel extends ModelDefinition {
  /** Parameters by name, row-major. */
  readonly values: ReadonlyMap<string, Float32Array>;
}

/** A definition with values; `probe` becomes the one that was trained, where it was. */
export function trainedModel(context: ModelContext, values: ReadonlyMap<string, Float32Array>): TrainedModel {
  const { model } = context;
  if (!values.has(PROBE_RE)) return { ...model, values };
  const filtered = tf.tidy(() => {
    const part = (name: string): tf.Tensor => tf.tensor(values.get(name) as Float32Array, [...model.probe.shape]);
    return { ...currentProbe(new Weights({ [PROBE_RE]: part(PROBE_RE), [PROBE_IM]: part(PROBE_IM) }), context) };
  });
  const probe = fromPairSync(filtered);
  disposePair(filtered);
  return { ...model, probe, values };
}
