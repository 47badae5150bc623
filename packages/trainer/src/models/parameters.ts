import type { Random } from '@ptychokit/config';
import type * as tf from '@tensorflow/tfjs-core';

/** How a parameter starts; `he` for layers with ReLU (He et al. 2015), `glorot` for the others (Glorot and Bengio 2010), times `gain`. */
export type Initialiser =
  | { readonly kind: 'he' | 'glorot'; readonly fanIn: number; readonly fanOut: number; readonly gain?: number | undefined }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'values'; readonly values: Float32Array };

/** One trainable array of a model. */
export interface ParameterSpec {
  /** Path such as `encoder/0/conv1/kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initialiser: Initialiser;
}

/** Parameters as tensors, by name. */
export type ParameterTensors = Readonly<Record<string, tf.Tensor>>;

/** Parameters outside the engine, by name. */
export type ParameterArrays = ReadonlyMap<string, Float32Array>;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Starting values; every parameter draws from a stream of its own name, so that adding a layer changes no other. */
export function initialParameters(specs: readonly ParameterSpec[], random: Random): Map<string, Float32Array> {
  return new Map(specs.map((spec) => [spec.name, initialValues(spec, random.stream('initial', spec.name))]));
}

function initialValues({ shape, initialiser }: ParameterSpec, random: Random): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  switch (initialiser.kind) {
    case 'constant':
      return values.fill(initialiser.value);
    case 'values':
      return values.map((_, i) => initialiser.values[i] as number);
    case 'he': {
      const sigma = gainOf(initialiser) * Math.sqrt(2 / initialiser.fanIn);
      return Float32Array.from(random.normals(values.length), (deviate) => sigma * deviate);
    }
    case 'glorot': {
      const limit = gainOf(initialiser) * Math.sqrt(6 / (initialiser.fanIn + initialiser.fanOut));
      return values.map(() => limit * (2 * random.uniform() - 1));
    }
  }
}

const gainOf = ({ gain = 1 }: { readonly gain?: number | undefined }): number => gain;

/** Kernel and bias of a `size` x `size` convolution. */
export function convSpecs(
  name: string,
  shape: { readonly size: number; readonly in: number; readonly out: number },
  options: { readonly kind: 'he' | 'glorot'; readonly bias?: number | null; readonly gain?: number },
): ParameterSpec[] {
  const area = shape.size ** 2;
  const kernel: ParameterSpec = {
    name: `${name}/kernel`,
    shape: [shape.size, shape.size, shape.in, shape.out],
    initialiser: { kind: options.kind, fanIn: area * shape.in, fanOut: area * shape.out, gain: options.gain },
  };
  if (options.bias === null) return [kernel];
  return [kernel, { name: `${name}/bias`, shape: [shape.out], initialiser: { kind: 'constant', value: options.bias ?? 0 } }];
}
