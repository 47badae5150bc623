import { createHash } from 'node:crypto';
import { canonicalJson, configDigest, parseTrainingConfig } from '@ptychokit/config';
import fc from 'fast-check';
import { expect, test } from 'vitest';

test.each<[unknown, string]>([
  [{ b: 1, a: [2, { d: null, c: 'x' }] }, '{"a":[2,{"c":"x","d":null}],"b":1}'],
  [{ 10: 'ten', 9: 'nine', a: undefined }, '{"9":"nine","10":"ten"}'],
  [1e21, '1e+21'],
  [new Date(0), '"1970-01-01T00:00:00.000Z"'],
  [{}, '{}'],
])('%j is written as %s', (value, text) => {
  expect(canonicalJson(value)).toBe(text);
});

test('An indent makes it readable', () => {
  expect(canonicalJson({ b: 1, a: 2 }, { indent: 2 })).toBe('{\n  "a": 2,\n  "b": 1\n}');
});

test.each<[unknown, string]>([
  [{ a: [Number.NaN] }, '$.a[0], got NaN'],
  [{ a: () => 1 }, '$.a, got function'],
  [{ a: 1n }, '$.a, got bigint'],
  [new Float32Array(1), '$, got Float32Array'],
  [undefined, '$, got undefined'],
])('What JSON cannot hold is refused with its place (%#)', (value, message) => {
  expect(() => canonicalJson(value)).toThrow(message);
});

test('The order of keys does not matter, and the text is the same JSON', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { seed: 1 },
  );
});

test('Equal configurations have equal digests, others do not', () => {
  const config = parseTrainingConfig({ trainDataFile: 'a', seed: 1 });
  expect(configDigest(config)).toBe(configDigest(parseTrainingConfig({ seed: 1, trainDataFile: 'a' })));
  expect(configDigest(config)).not.toBe(configDigest(parseTrainingConfig({ trainDataFile: 'a', seed: 2 })));
  expect(configDigest({ a: 1 })).toBe(createHash('sha256').update('{"a":1}').digest('hex'));
});
