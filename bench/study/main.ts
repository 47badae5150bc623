// The study by the clock, as a table of figures and gates; every run is a process of its own.
//   npm run bench:study -- --python python3 --pairs 5
//   npm run bench:study -- --only pool --pairs 3 --ways pool,serial,wide    the job matrix in a pool and otherwise
//   npm run bench:study -- --only overlap --only overhead
import { parseArgs } from 'node:util';
import { type Row, rowText } from '../row.js';
import { generateRows, memoryRows, simulateRows } from './data-rows.js';
import { overheadRows, overlapRows } from './job-rows.js';
import { poolRows } from './pool.js';

const { values } = parseArgs({
  options: {
    ways: { type: 'string', default: 'pool,serial' },
    epochs: { type: 'string', default: '4' },
    pairs: { type: 'string', default: '3' },
    frames: { type: 'string', default: '4096' },
    processes: { type: 'string', default: '2' },
    python: { type: 'string', default: process.env.PTYCHOKIT_PYTHON ?? 'python3' },
    only: { type: 'string', multiple: true },
  },
});
const pairs = Number(values.pairs);

const PARTS: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  simulate: () => simulateRows({ pairs, frames: values.frames, processes: Number(values.processes), python: values.python }),
  memory: memoryRows,
  generate: generateRows,
  overlap: () => overlapRows(pairs),
  overhead: () => overheadRows(pairs),
  pool: () => poolRows({ pairs, epochs: values.epochs, ways: values.ways.split(',') }),
};

process.stdout.write('| figure | gate | measured | |\n|---|---|---|---|\n');
for (const part of values.only ?? Object.keys(PARTS)) {
  const rows = PARTS[part];
  if (rows === undefined) throw new RangeError(`expected one of ${Object.keys(PARTS).join(', ')}, got ${part}`);
  for (const row of await rows()) process.stdout.write(rowText(row));
}
