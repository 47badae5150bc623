/** What `assembly/transforms.ts` needs to know about one side. */
export interface TransformTables {
  /** Factors of the side in the order of the steps, at least two, and a 0. */
  readonly factors: Int32Array;
  /** Roots of one in the order of their use. */
  readonly forward: Float32Array;
  readonly back: Float32Array;
}

const known = new Map<number, TransformTables>();

/** Tables for squares of this even side; made once. */
export function transformTables(side: number): TransformTables {
  const tables = known.get(side) ?? makeTables(side);
  known.set(side, tables);
  return tables;
}

function makeTables(side: number): TransformTables {
  const factors = factorsOf(side);
  return { factors: Int32Array.of(...factors, 0), forward: roots(side, { factors, sign: -1 }), back: roots(side, { factors, sign: 1 }) };
}

/** As few factors as possible: eights, fours, then a two and odd primes. Two fours are better than an eight and a two. */
function factorsOf(side: number): readonly number[] {
  if (side <= 8) return [side / 2, 2];
  const factors: number[] = [];
  let rest = side;
  const take = (factor: number): void => {
    for (; rest % factor === 0 && !(factor === 8 && isTwiceOdd(rest / 8)); rest /= factor) factors.push(factor);
  };
  for (const factor of [8, 4, 2]) take(factor);
  for (let factor = 3; rest > 1; factor += 2) take(factor);
  return factors;
}

const isTwiceOdd = (n: number): boolean => n % 4 === 2;

/** exp(sign 2 pi i turn), as the loops multiply with it: the real part four times, and the imaginary part with the signs of a turned number. */
function rootOf(turn: number): readonly number[] {
  const [re, im] = [Math.cos(2 * Math.PI * turn), Math.sin(2 * Math.PI * turn)];
  return [re, re, re, re, -im, im, -im, im];
}

function roots(side: number, { factors, sign }: { readonly factors: readonly number[]; readonly sign: number }): Float32Array {
  const numbers: number[] = [];
  let length = side;
  for (const factor of factors) {
    if (factor !== 8 && factor !== 4) for (let k = 0; k < factor; k++) numbers.push(...rootOf((sign * k) / factor));
    const parts = length / factor;
    for (let p = 0; p < parts; p++) for (let i = 1; i < factor; i++) numbers.push(...rootOf((sign * p * i) / length));
    length = parts;
  }
  return Float32Array.from(numbers);
}
