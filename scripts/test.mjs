/* npm test: set-up, then the tests. Further arguments are passed on: npm test -- test/config */
import { setUpAndRun } from './setup/main-job.mjs';

await setUpAndRun(['node_modules/vitest/vitest.mjs', 'run', ...process.argv.slice(2)]);
