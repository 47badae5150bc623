import { loadEngine } from '@ptychokit/trainer';
import { fixturesDir } from '../support/shared-data.js';
import { allParity } from './all.js';

/** Prints every check of every fixture; the exit code says whether all passed. */
async function main(): Promise<number> {
  const fixtures = fixturesDir();
  if (fixtures === undefined) {
    process.stderr.write('There are no fixtures: set PTYCHOKIT_FIXTURES to the folder that holds parity/\n');
    return 2;
  }
  await loadEngine({ accelerator: 'cpu' });
  const checks = await allParity(`${fixtures}/parity`);
  const failed = checks.filter(({ error, gate }) => !(error <= gate));
  for (const { fixture, quantity, error, gate } of checks) {
    const verdict = error <= gate ? 'ok  ' : 'FAIL';
    process.stdout.write(`${verdict}  ${error.toExponential(1)} (gate ${gate.toExponential(0)})  ${fixture}: ${quantity}\n`);
  }
  process.stdout.write(`${checks.length - failed.length} of ${checks.length} checks passed\n`);
  return failed.length === 0 && checks.length > 0 ? 0 : 1;
}

process.exitCode = await main();
