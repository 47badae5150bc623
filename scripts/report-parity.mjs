// Prints, for every fixture made by independent software, the measured error against its gate; exits 1 when one fails.
import { runSources } from './run-sources.mjs';

process.exit(runSources('test/parity/report.ts', process.argv.slice(2)));
