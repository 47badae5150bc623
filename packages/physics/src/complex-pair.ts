import type { ComplexArray } from '@ptychokit/config';
import { add, clone, cos, dispose, mul, neg, sin, square, sub, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { customOperation } from './custom-operation.js';

/** A complex tensor as two float32 tensors of one shape; images lie in the last two axes. */
// A type alias, because `tidy` accepts an object of tensors only with an implicit index signature.
export type ComplexPair = {
  readonly re: Tensor;
  readonly im: Tensor;
};

/** Copies a complex array into the engine, same shape; the caller disposes. */
export function toPair(array: ComplexArray): ComplexPair {
  const count = array.data.length / 2;
  const re = new Float32Array(count);
  const im = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    re[i] = array.data[2 * i] as number;
    im[i] = array.data[2 * i + 1] as number;
  }
  const shape = [...array.shape];
  return { re: tensor(re, shape, 'float32'), im: tensor(im, shape, 'float32') };
}

/** Copies a pair out of the engine; the pair stays. */
export async function fromPair(pair: ComplexPair): Promise<ComplexArray> {
  const [re, im] = await Promise.all([pair.re.data<'float32'>(), pair.im.data<'float32'>()]);
  return interleave(pair.re.shape, re, im);
}

/** As {@link fromPair}, blocking; not for use inside a differentiated function. */
export function fromPairSync(pair: ComplexPair): ComplexArray {
  return interleave(pair.re.shape, pair.re.dataSync<'float32'>(), pair.im.dataSync<'float32'>());
}

function interleave(shape: readonly number[], re: Float32Array, im: Float32Array): ComplexArray {
  const data = new Float32Array(2 * re.length);
  for (let i = 0; i < re.length; i++) {
    data[2 * i] = re[i] as number;
    data[2 * i + 1] = im[i] as number;
  }
  return { shape: [...shape], data };
}

/** Frees both tensors of every pair. */
export function disposePair(...pairs: readonly ComplexPair[]): void {
  for (const pair of pairs) dispose([pair.re, pair.im]);
}

/** Applies one operation to the real and to the imaginary part; `mapPair(pair, (t) => t.reshape(...))`. */
export function mapPair(pair: ComplexPair, map: (part: Tensor) => Tensor): ComplexPair {
  return { re: map(pair.re), im: map(pair.im) };
}

/** Sum, broadcasting. */
export function addPairs(a: ComplexPair, b: ComplexPair): ComplexPair {
  return { re: add(a.re, b.re), im: add(a.im, b.im) };
}

/** Complex product, broadcasting. */
export function multiply(a: ComplexPair, b: ComplexPair): ComplexPair {
  const re = tidy(() => sub(mul(a.re, b.re), mul(a.im, b.im)));
  const im = tidy(() => add(mul(a.re, b.im), mul(a.im, b.re)));
  return { re, im };
}

/** Complex conjugate. The real part is a second handle of the same data, so that the result is disposed like any other pair. */
export function conjugate(pair: ComplexPair): ComplexPair {
  return { re: clone(pair.re), im: neg(pair.im) };
}

/** Product with a real number or a real tensor, broadcasting. */
export function scalePair(pair: ComplexPair, factor: number | Tensor): ComplexPair {
  return mapPair(pair, (part) => mul(part, factor));
}

/** Squared modulus. */
export function absSquared(pair: ComplexPair): Tensor {
  return tidy(() => add(square(pair.re), square(pair.im)));
}

/**
 * amplitude * exp(i phase) for two tensors of one shape.
 *
 * The backward pass reuses sine, cosine and the result: d/d amplitude = g_re cos + g_im sin, d/d phase = g_im re - g_re im.
 */
export function fromPolar(amplitude: Tensor, phase: Tensor): ComplexPair {
  return tidy(() => {
    const cosine = cos(phase);
    const sine = sin(phase);
    const re = mul(amplitude, cosine);
    const im = mul(amplitude, sine);
    const part = (value: Tensor, byAmplitude: Tensor, byPhase: Tensor): Tensor =>
      customOperation([amplitude, phase], () => ({
        value: clone(value),
        saved: [byAmplitude, byPhase],
        gradient: (dy, [a, p]) => [mul(dy, a as Tensor), mul(dy, p as Tensor)],
      }));
    return { re: part(re, cosine, neg(im)), im: part(im, sine, re) };
  });
}
