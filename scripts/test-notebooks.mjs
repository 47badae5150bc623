/* npm run test:notebooks: set-up, then the notebooks. */
import { setUpAndRun } from './setup/main-job.mjs';

await setUpAndRun(['scripts/notebooks/run-all.mjs', ...process.argv.slice(2)]);
