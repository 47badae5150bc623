import * as tf from '@tensorflow/tfjs-core';
import { attr, type KernelAttribute, runEffect, runKernel } from '../engine/native-kernels.js';
import type { ParameterSpec, ParameterTensors } from '../models/parameters.js';
import { ADAM, type Optimiser, type OptimiserState } from './adam.js';

/** Handles of the resource variables of one parameter. */
interface Slots {
  readonly spec: ParameterSpec;
  readonly value: tf.Tensor;
  readonly first: tf.Tensor;
  readonly second: tf.Tensor;
}

let instances = 0;

/** Adam on TensorFlow's resource variables: `ResourceApplyAdam` updates value and both moments in one pass over memory, in place. */
export class NativeAdam implements Optimiser {
  readonly specs: readonly ParameterSpec[];
  readonly #slots: readonly Slots[];
  #steps = 0;

  constructor(specs: readonly ParameterSpec[], state: OptimiserState) {
    const id = `ptychokit-adam-${instances++}`;
    this.specs = specs;
    this.#slots = specs.map((spec) => ({
      spec,
      value: openVariable(`${id}/${spec.name}/value`, spec.shape),
      first: openVariable(`${id}/${spec.name}/first`, spec.shape),
      second: openVariable(`${id}/${spec.name}/second`, spec.shape),
    }));
    this.load(state);
  }

  parameters(): ParameterTensors {
    return Object.fromEntries(this.#slots.map(({ spec, value }) => [spec.name, readVariable(value)]));
  }

  step(gradients: ParameterTensors, learningRate: number): void {
    this.#steps += 1;
    tf.tidy(() => {
      const { beta1, beta2, epsilon } = ADAM;
      const constants = [beta1 ** this.#steps, beta2 ** this.#steps, learningRate, beta1, beta2, epsilon].map((value) => tf.scalar(value));
      const attributes = [floatType('T'), attr.bool('use_locking', false), attr.bool('use_nesterov', false)];
      for (const { spec, value, first, second } of this.#slots) {
        runEffect('ResourceApplyAdam', attributes, [value, first, second, ...constants, gradients[spec.name] as tf.Tensor]);
      }
    });
  }

  async save(): Promise<OptimiserState> {
    const collect = async (slot: 'value' | 'first' | 'second'): Promise<Map<string, Float32Array>> => {
      const arrays = new Map<string, Float32Array>();
      for (const slots of this.#slots) {
        const tensor = readVariable(slots[slot]);
        arrays.set(slots.spec.name, Float32Array.from(await tensor.data<'float32'>()));
        tensor.dispose();
      }
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
    for (const { spec, value, first, second } of this.#slots) {
      assignVariable(value, { spec, values: state.values });
      assignVariable(first, { spec, values: state.firstMoments });
      assignVariable(second, { spec, values: state.secondMoments });
    }
  }

  dispose(): void {
    for (const { value, first, second } of this.#slots) {
      for (const handle of [value, first, second]) {
        runEffect('DestroyResourceOp', [attr.bool('ignore_lookup_error', true)], [handle]);
        handle.dispose();
      }
    }
  }
}

const floatType = (name: 'T' | 'dtype'): KernelAttribute => attr.dtype(name, 'TF_FLOAT');

function openVariable(name: string, shape: readonly number[]): tf.Tensor {
  const handle = runKernel(
    'VarHandleOp',
    [attr.string('container', ''), attr.string('shared_name', name), floatType('dtype'), attr.shape('shape', shape)],
    [],
  );
  return tf.keep(handle);
}

const readVariable = (handle: tf.Tensor): tf.Tensor => runKernel('ReadVariableOp', [floatType('dtype')], [handle]);

function assignVariable(
  handle: tf.Tensor,
  from: { readonly spec: ParameterSpec; readonly values: ReadonlyMap<string, Float32Array> },
): void {
  const { name, shape } = from.spec;
  const array = from.values.get(name);
  if (array === undefined) throw new RangeError(`expected values for the parameter "${name}"`);
  tf.tidy(() => {
    // A copy: the engine keeps the memory it is given, and the update works in place.
    const tensor = tf.tensor(Float32Array.from(array), [...shape], 'float32');
    runEffect('AssignVariableOp', [floatType('dtype'), attr.bool('validate_shape', false)], [handle, tensor]);
  });
}
