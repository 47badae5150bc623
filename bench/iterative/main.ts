// Iterative engines: golden states, speed beside the bare Fourier transforms, quality on the simulated scans, positions, real scans, memory.
//   npm run bench:iterative -- --python python3 --pairs 20
//   npm run bench:iterative -- --only speed,quality
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadEngine } from '@ptychokit/trainer';
import { iterativeScansDir } from '../../test/support/shared-data.js';
import { type Row, rowText } from '../row.js';
import { golden } from './golden.js';
import { memory } from './memory.js';
import { positions } from './positions.js';
import { quality } from './quality.js';
import { real } from './real.js';
import { speed } from './speed.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    pairs: { type: 'string', default: '20' },
    python: { type: 'string', default: process.env.PTYCHOKIT_PYTHON ?? 'python3' },
    threads: { type: 'string', default: '2' },
    epochs: { type: 'string', default: '100' },
    /** Keeps the figures of the real scans here. */
    keep: { type: 'string' },
  },
});

const folder = iterativeScansDir();
if (folder === undefined) {
  process.stderr.write('There are no scans: set PTYCHOKIT_FIXTURES to the folder that holds iterative/\n');
  process.exit(2);
}
await loadEngine({ threads: Number(values.threads) });
const files = readdirSync(folder).filter((name) => name.endsWith('.npz'));
const parts: Readonly<Record<string, () => Promise<Row[]>>> = {
  golden,
  speed: () =>
    speed(folder, { file: files[0] as string, python: values.python, threads: Number(values.threads), pairs: Number(values.pairs) }),
  quality: () => quality(folder, { files, epochs: Number(values.epochs) }),
  positions: () =>
    positions(folder, { file: files.find((name) => name.includes('1e5')) ?? (files[0] as string), epochs: Number(values.epochs) }),
  real: () => real({ threads: Number(values.threads), keep: values.keep }),
  memory,
};
process.stdout.write('| figure | must reach | measured | |\n|---|---|---|---|\n');
for (const name of values.only?.split(',') ?? Object.keys(parts)) {
  for (const row of (await parts[name]?.()) ?? []) process.stdout.write(rowText(row));
}
