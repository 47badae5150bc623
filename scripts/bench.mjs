// Runs a benchmark of bench/ on the live sources: `npm run bench:train -- --pairs 5`.
import { runSources } from './run-sources.mjs';

const [name, ...args] = process.argv.slice(2);
process.exit(runSources(`bench/${name}/main.ts`, args));
