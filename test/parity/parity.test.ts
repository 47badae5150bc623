import '@tensorflow/tfjs-node';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixturesDir, goldenDir } from '../support/shared-data.js';
import { allParity } from './all.js';
import { complexError, mismatches, type ParityCheck, passes, relativeError } from './check.js';
import { formatReport } from './format-report.js';
import { iterativeParity } from './iterative.js';

const fixtures = fixturesDir();
/** Ten times what it takes on an idle machine. */
const TIMEOUT_MS = 150_000;

it.skipIf(fixtures === undefined)(
  'agrees with independent software within every gate (skipped without the fixtures)',
  async () => {
    const checks = await allParity(`${fixtures}/parity`);
    expect(checks.length).toBeGreaterThan(150);
    expect(checks.filter((check) => !passes(check))).toEqual([]);
  },
  TIMEOUT_MS,
);

const golden = goldenDir();
it.skipIf(golden === undefined)('follows every state of the golden runs of the iterative engines (skipped without them)', async () => {
  const checks = await iterativeParity(golden as string);
  expect(new Set(checks.map(({ fixture }) => fixture)).size).toBe(3);
  expect(checks.length).toBeGreaterThan(60);
  expect(checks.filter((check) => !passes(check))).toEqual([]);
});

describe('A folder with nothing to measure', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ptychokit-parity-test-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('fails once for every file that a suite needs', async () => {
    const checks = await allParity(folder);
    expect(new Set(checks.map(({ fixture }) => fixture)).size).toBeGreaterThanOrEqual(12);
    expect(checks.filter(passes)).toEqual([]);
    expect(new Set(checks.map(({ quantity }) => quantity))).toEqual(new Set(['the file is absent']));
  });

  it('fails where a file is no archive', async () => {
    writeFileSync(join(folder, 'patches.npz'), 'nothing');
    const [check] = (await allParity(folder)).filter(({ fixture }) => fixture === 'patches.npz');
    expect(check?.quantity).toMatch(/^not measured: /);
    expect(passes(check as ParityCheck)).toBe(false);
  });
});

describe('Errors', () => {
  it.each([
    ['equal arrays', relativeError, [1, 2], [1, 2], 0],
    ['the largest difference over the largest reference', relativeError, [1, -5], [1, -4], 0.25],
    ['differences from nothing', relativeError, [0.5, 0], [0, 0], 0.5],
    ['a value that is not a number, wherever it stands', relativeError, [Number.NaN, 1], [1, 1], Number.POSITIVE_INFINITY],
    ['another length', relativeError, [1], [1, 1], Number.POSITIVE_INFINITY],
    ['nothing at all', relativeError, [], [], Number.POSITIVE_INFINITY],
    ['moduli', complexError, [3, 4], [0, 0], 5],
    ['moduli of differences over moduli', complexError, [3, 5, 1, 1], [3, 4, 1, 1], 0.2],
    ['mismatches', mismatches, [1, 2, Number.NaN], [1, 3, 3], 2],
  ])('of %s', (_, errorOf, measured, reference, expected) => {
    expect(errorOf(measured, reference)).toBe(expected);
  });
});

it('prints one aligned line for every check below its fixture, and counts them', () => {
  const report = formatReport([
    { fixture: 'a.npz', quantity: 'first', error: 1.234e-7, gate: 1e-5 },
    { fixture: 'b.npz', quantity: 'the file is absent', error: Number.POSITIVE_INFINITY, gate: 0 },
    { fixture: 'a.npz', quantity: 'second', error: 12, gate: 0 },
  ]);
  expect(report.split('\n')).toEqual([
    'a.npz',
    '         error  gate  quantity',
    '  ok    1.2e-7  1e-5  first',
    '  FAIL      12     0  second',
    '',
    'b.npz',
    '         error  gate  quantity',
    '  FAIL       -     0  the file is absent',
    '',
    '1 of 3 checks passed',
    '',
  ]);
});
