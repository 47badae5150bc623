// Writes the JSON Schema of every manifest and configuration file to docs/schemas; a test says when they are no longer current.
import { runSources } from './run-sources.mjs';

process.exit(runSources('scripts/schemas/write.mjs', process.argv.slice(2)));
