/* npm start: set-up, then the demonstration study. Further arguments are passed on. */
import { setUpAndRun } from './setup/main-job.mjs';

const MAIN_JOB = ['packages/study/bin/ptychokit.js', 'demo'];

await setUpAndRun([...MAIN_JOB, ...process.argv.slice(2)]);
