import fc from 'fast-check';

/** One kind of damage, its places as fractions of the length of what it is applied to. */
export type Mutation =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'number'; readonly at: number; readonly bytes: 1 | 2 | 4 | 8; readonly value: bigint; readonly bigEndian: boolean }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'remove'; readonly at: number; readonly length: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array };

/** Damage of one file: which seed file, and what is done to it in turn. */
export interface Damage {
  readonly seed: number;
  readonly mutations: readonly Mutation[];
}

/** Numbers that size fields and counters stumble over. */
const NUMBERS = [
  0n,
  1n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0xffffn,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 64n - 1n,
];

/** Evenly spread. (`fc.double` is even over the numbers there are, and half of those are next to zero.) */
const fraction = (min: number, max: number): fc.Arbitrary<number> => {
  const steps = 1e6;
  return fc.noBias(fc.nat(steps - 1)).map((step) => min + ((max - min) * step) / steps);
};
/** Most of what matters in these files is in their first and last kilobyte. */
const place = fc.oneof(fraction(0, 1), fraction(0, 0.05), fraction(0.8, 1));
const span = fc.oneof(fraction(0, 0.02), fraction(0, 0.5));

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat(7) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('number' as const),
      at: place,
      bytes: fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const),
      value: fc.oneof(fc.constantFrom(...NUMBERS), fc.bigInt(0n, 2n ** 64n - 1n)),
      bigEndian: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), at: place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), at: place, length: span }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('repeat' as const), at: place, length: span }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('insert' as const), at: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
  },
);

/** Damage of one of so many seed files. */
export function damageOf(seeds: number): fc.Arbitrary<Damage> {
  return fc.record({ seed: fc.nat(seeds - 1), mutations: fc.array(mutation, { minLength: 1, maxLength: 4 }) });
}

/** The damaged bytes. */
export function applyDamage(original: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  return mutations.reduce(mutate, new Uint8Array(original));
}

function mutate(bytes: Uint8Array, mutation: Mutation): Uint8Array {
  const at = Math.floor(mutation.at * bytes.length);
  switch (mutation.kind) {
    case 'flip': {
      const flipped = new Uint8Array(bytes);
      if (at < flipped.length) flipped[at] = (flipped[at] as number) ^ (1 << mutation.bit);
      return flipped;
    }
    case 'number':
      return withNumber(bytes, at, mutation);
    case 'cut':
      return bytes.subarray(0, at);
    case 'remove':
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + Math.ceil(mutation.length * bytes.length))]);
    case 'repeat':
      return Buffer.concat([bytes.subarray(0, at + Math.ceil(mutation.length * bytes.length)), bytes.subarray(at)]);
    case 'insert':
      return Buffer.concat([bytes.subarray(0, at), mutation.bytes, bytes.subarray(at)]);
  }
}

function withNumber(bytes: Uint8Array, at: number, { bytes: width, value, bigEndian }: Extract<Mutation, { kind: 'number' }>): Uint8Array {
  const changed = new Uint8Array(bytes);
  for (let k = 0; k < width && at + k < changed.length; k++) {
    changed[at + k] = Number((value >> BigInt(8 * (bigEndian ? width - 1 - k : k))) & 0xffn);
  }
  return changed;
}
