import { Random } from '@ptychokit/config';
import type { ComplexPair } from '@ptychokit/physics';
import { env, grads, memory, mul, setBackend, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '@tensorflow/tfjs-node';

/** Both engines a differentiable operator must work on: the native one and portable JavaScript. */
export const ENGINES = ['tensorflow', 'cpu'] as const;

/** Runs a group of tests once on each engine. */
export function onEveryEngine(title: string, define: (engine: (typeof ENGINES)[number]) => void): void {
  describe.each(ENGINES)(`${title} (%s)`, (engine) => {
    beforeAll(async () => {
      env().set('PROD', true); // without it the portable engine prints an advertisement
      await setBackend(engine);
    });
    afterAll(async () => {
      await setBackend('tensorflow');
    });
    define(engine);
  });
}

/** Standard normal numbers in a tensor. */
export function randomTensor(shape: readonly number[], random: Random): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Float32Array.from({ length: count }, () => random.normal()),
    [...shape],
  );
}

/** Complex standard normal numbers. */
export function randomPair(shape: readonly number[], random: Random): ComplexPair {
  return { re: randomTensor(shape, random), im: randomTensor(shape, random) };
}

/** A linear operator between complex arrays, with its adjoint. */
export interface OperatorUnderTest {
  readonly domain: readonly number[];
  readonly range: readonly number[];
  readonly forward: (input: ComplexPair) => ComplexPair;
  readonly adjoint: (output: ComplexPair) => ComplexPair;
  /** The operator keeps sums of squares. */
  readonly unitary?: boolean;
  readonly tolerance?: number;
}

/** What every linear operator owes: the adjoint identity, a gradient equal to the adjoint, linearity, energy where it holds, and no leak. */
export function testLinearOperator(title: string, operator: OperatorUnderTest): void {
  const { domain, range, forward, adjoint, tolerance = 2e-5 } = operator;
  const draw = (): { input: ComplexPair; output: ComplexPair } => ({
    input: randomPair(domain, new Random(1, title, 'input')),
    output: randomPair(range, new Random(1, title, 'output')),
  });

  describe(title, () => {
    it('has the shapes it states', () => {
      const { input, output } = draw();
      expect(forward(input).re.shape).toEqual(range);
      expect(forward(input).im.shape).toEqual(range);
      expect(adjoint(output).re.shape).toEqual(domain);
    });

    it('satisfies <F m, d> = <m, F* d>', () => {
      const { input, output } = draw();
      const left = innerProduct(forward(input), output);
      const right = innerProduct(input, adjoint(output));
      const scale = norm(forward(input)) * norm(output);
      expect(Math.abs(left.re - right.re) / scale).toBeLessThan(tolerance);
      expect(Math.abs(left.im - right.im) / scale).toBeLessThan(tolerance);
    });

    it('has its adjoint as gradient', () => {
      const { input, output } = draw();
      // d/dm Re<F m, d> = F* d, as pairs of partial derivatives.
      const gradient = grads((re: Tensor, im: Tensor) => {
        const image = forward({ re, im });
        return sum(mul(image.re, output.re)).add(sum(mul(image.im, output.im)));
      })([input.re, input.im]);
      const expected = adjoint(output);
      const scale = Math.sqrt(domain.reduce((a, b) => a * b, 1)) / norm(expected);
      expect(maxDifference(gradient[0] as Tensor, expected.re) * scale).toBeLessThan(100 * tolerance);
      expect(maxDifference(gradient[1] as Tensor, expected.im) * scale).toBeLessThan(100 * tolerance);
    });

    it('is linear over complex numbers', () => {
      const { input } = draw();
      const turned = forward({ re: input.im.neg(), im: input.re }); // i m
      const image = forward(input);
      expect(maxDifference(turned.re, image.im.neg())).toBeLessThan(100 * tolerance);
      expect(maxDifference(turned.im, image.re)).toBeLessThan(100 * tolerance);
    });

    if (operator.unitary === true) {
      it('keeps the energy', () => {
        const { input } = draw();
        expect(norm(forward(input)) / norm(input)).toBeCloseTo(1, 5);
      });
    }

    it('leaves nothing behind but its result', () => {
      const { input } = draw();
      forward(input);
      const before = memory().numTensors;
      const result = forward(input);
      expect(memory().numTensors - before).toBe(2);
      result.re.dispose();
      result.im.dispose();
      expect(memory().numTensors).toBe(before);
    });
  });
}

/** A real-valued function of tensors. */
export interface DifferentiableUnderTest {
  readonly of: (...inputs: Tensor[]) => Tensor;
  readonly at: () => Tensor[];
  /** Length of the finite step along a random direction. */
  readonly step?: number;
  readonly tolerance?: number;
}

/** Compares gradients with central differences along random directions, one input at a time, and checks for leaks. */
export function testGradient(title: string, { of, at, step = 1e-2, tolerance = 5e-3 }: DifferentiableUnderTest): void {
  it(title, () => {
    const inputs = at();
    const before = memory().numTensors;
    const gradients = grads((...xs: Tensor[]) => of(...xs))(inputs);
    expect(memory().numTensors - before).toBe(inputs.length);
    inputs.forEach((input, which) => {
      const direction = randomTensor(input.shape, new Random(2, title, which));
      const along = (sign: number): number =>
        tidy(() => of(...inputs.map((x, i) => (i === which ? x.add(direction.mul(sign * step)) : x))).dataSync()[0] as number);
      const measured = (along(1) - along(-1)) / (2 * step);
      const stated = total(mul(gradients[which] as Tensor, direction));
      const scale = norm1(gradients[which] as Tensor) * Math.sqrt(1 / input.size) + 1e-12;
      expect(Math.abs(measured - stated) / scale, `input ${which}: measured ${measured}, gradient ${stated}`).toBeLessThan(tolerance);
    });
  });
}

/** Largest absolute difference of two tensors. */
export function maxDifference(a: Tensor, b: Tensor): number {
  return tidy(() => a.sub(b).abs().max().dataSync()[0] as number);
}

/** Sum of all elements in double precision. */
function total(values: Tensor): number {
  return values.dataSync<'float32'>().reduce((a, b) => a + b, 0);
}

const norm1 = (values: Tensor): number => total(values.abs()) / Math.sqrt(values.size) || 0;

const norm = (pair: ComplexPair): number => Math.sqrt(total(pair.re.square()) + total(pair.im.square()));

/** <a, b> = sum of a conj(b). */
function innerProduct(a: ComplexPair, b: ComplexPair): { re: number; im: number } {
  return {
    re: total(mul(a.re, b.re)) + total(mul(a.im, b.im)),
    im: total(mul(a.im, b.re)) - total(mul(a.re, b.im)),
  };
}
