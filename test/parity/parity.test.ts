import '@tensorflow/tfjs-node';
import { expect, it } from 'vitest';
import { fixturesDir } from '../support/shared-data.js';
import { allParity } from './all.js';

const fixtures = fixturesDir();

it.skipIf(fixtures === undefined)('agrees with independent software within every gate (skipped without the fixtures)', async () => {
  const checks = await allParity(`${fixtures}/parity`);
  expect(checks.length).toBeGreaterThan(40);
  expect(checks.filter(({ error, gate }) => !(error <= gate))).toEqual([]);
});
