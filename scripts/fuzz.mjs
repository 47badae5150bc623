// Damages files of every format and opens them, for minutes: `npm run fuzz -- --inputs 20000 --seed 1`.
import { runSources } from './run-sources.mjs';

process.exit(runSources('test/fuzz/main.ts', process.argv.slice(2)));
