/* npm start: set-up, then the quick study; repeated, it keeps what is finished. Further arguments are passed on. */
import { setUpAndRun } from './setup/main-job.mjs';

const MAIN_JOB = ['packages/study/bin/ptychokit.js', 'study', '--profile', 'quick', '--output-dir', 'out/quick', '--change-design'];

await setUpAndRun([...MAIN_JOB, ...process.argv.slice(2)]);
