import { loadEngine } from '@ptychokit/trainer';
import { goldenDir, parityDir } from '../support/shared-data.js';
import { allParity } from './all.js';
import { passes } from './check.js';
import { formatReport } from './format-report.js';
import { iterativeParity } from './iterative.js';

/** Prints every check of every fixture; the exit code says whether all passed. */
async function main(): Promise<number> {
  const folder = parityDir();
  if (folder === undefined) {
    process.stderr.write('There are no fixtures: set PTYCHOKIT_FIXTURES to the folder that holds them\n');
    return 2;
  }
  await loadEngine({ accelerator: 'cpu' });
  const golden = goldenDir();
  if (golden === undefined) process.stderr.write('The golden states of the iterative engines are absent and left out\n');
  const checks = [...(await allParity(folder)), ...(golden === undefined ? [] : await iterativeParity(golden))];
  process.stdout.write(formatReport(checks));
  return checks.length > 0 && checks.every(passes) ? 0 : 1;
}

process.exitCode = await main();
