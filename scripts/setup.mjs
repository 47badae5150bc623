/* npm run setup: dependencies, engine, compiled packages. See docs/installation.md. */
import { setUpAndRun } from './setup/main-job.mjs';

await setUpAndRun(undefined);
