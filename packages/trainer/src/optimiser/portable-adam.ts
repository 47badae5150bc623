import * as tf from '@tensorflow/tfjs-core';
import type { ParameterSpec, ParameterTensors } from '../models/parameters.js';
import { ADAM, type Optimiser, type OptimiserState } from './adam.js';

interface Slots {
  value: tf.Tensor;
  first: tf.Tensor;
  second: tf.Tensor;
}

/** Adam in tfjs operations, for backends without resource variables and as the measure of the native one. */
export class PortableAdam implements Optimiser {
  readonly specs: readonly ParameterSpec[];
  readonly #slots = new Map<string, Slots>();
  #steps = 0;

  constructor(specs: readonly ParameterSpec[], state: OptimiserState) {
    this.specs = specs;
    this.load(state);
  }

  parameters(): ParameterTensors {
    return Object.fromEntries([...this.#slots].map(([name, { value }]) => [name, tf.clone(value)]));
  }

  step(gradients: ParameterTensors, learningRate: number): void {
    this.#steps += 1;
    const { beta1, beta2, epsilon } = ADAM;
    const rate = (learningRate * Math.sqrt(1 - beta2 ** this.#steps)) / (1 - beta1 ** this.#steps);
    for (const [name, slots] of this.#slots) {
      const gradient = gradients[name] as tf.Tensor;
      const next = tf.tidy(() => {
        const first = tf.add(tf.mul(slots.first, beta1), tf.mul(gradient, 1 - beta1));
        const second = tf.add(tf.mul(slots.second, beta2), tf.mul(tf.square(gradient), 1 - beta2));
        const value = tf.sub(slots.value, tf.div(tf.mul(first, rate), tf.add(tf.sqrt(second), epsilon)));
        return { value, first, second };
      });
      this.#replace(name, next);
    }
  }

  async save(): Promise<OptimiserState> {
    const collect = async (slot: keyof Slots): Promise<Map<string, Float32Array>> => {
      const arrays = new Map<string, Float32Array>();
      for (const [name, slots] of this.#slots) arrays.set(name, Float32Array.from(await slots[slot].data<'float32'>()));
      return arrays;
    };
    return {
      steps: this.#steps,
      values: await collect('value'),
      firstMoments: await collect('first'),
      secondMoments: await collect('second'),
    };
  }

  load(state: OptimiserState): void {
    this.#steps = state.steps;
    for (const { name, shape } of this.specs) {
      const tensor = (values: ReadonlyMap<string, Float32Array>): tf.Tensor => {
        const array = values.get(name);
        if (array === undefined) throw new RangeError(`expected values for the parameter "${name}"`);
        return tf.tensor(Float32Array.from(array), [...shape], 'float32');
      };
      this.#replace(name, { value: tensor(state.values), first: tensor(state.firstMoments), second: tensor(state.secondMoments) });
    }
  }

  dispose(): void {
    for (const slots of this.#slots.values()) tf.dispose({ ...slots });
    this.#slots.clear();
  }

  #replace(name: string, next: Slots): void {
    const old = this.#slots.get(name);
    if (old !== undefined) tf.dispose({ ...old });
    this.#slots.set(name, { value: tf.keep(next.value), first: tf.keep(next.first), second: tf.keep(next.second) });
  }
}
