/* npm run docs: set-up, then the checks of what is written, then the site of the interface in out/api. */
import { setUpAndRun } from './setup/main-job.mjs';

await setUpAndRun(['scripts/docs/make-site.mjs']);
