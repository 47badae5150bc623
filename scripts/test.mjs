/* npm test: set-up, then the tests. Further arguments are passed on: npm test -- test/config. --slow: the long tests instead. */
import { setUpAndRun } from './setup/main-job.mjs';

const args = process.argv.slice(2);
if (args.includes('--slow')) process.env.PTYCHOKIT_SLOW_TESTS = '1';
await setUpAndRun(['node_modules/vitest/vitest.mjs', 'run', ...args.filter((arg) => arg !== '--slow')]);
