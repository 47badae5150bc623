// Long fuzzing: damaged files of every format, in processes that may crash or hang without taking this one along.
//   npm run fuzz -- --inputs 20000 --seed 1 [--only NPZ]
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { FuzzCounts } from './fuzz-opener.js';
import { FUZZ_OPENERS, type FuzzOpener } from './openers.js';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
  },
});

const CHUNK = 500;
/** An input that takes longer is a hang; on a busy machine the slowest take a second, and the start half a minute. */
const HANG_S = 240;
const step = fileURLToPath(new URL('./step.ts', import.meta.url));
const failures = join(tmpdir(), 'ptychokit-fuzz-failures');

interface ChunkOutcome extends FuzzCounts {
  readonly failure: string | undefined;
}

function runChunk(opener: FuzzOpener, range: { first: number; count: number }): Promise<ChunkOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'ptychokit-fuzz-'));
  const args = [opener.name, values.seed, `${range.first}`, `${range.count}`, folder];
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@ptychokit/source', step, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [last, errors, hung] = ['', '', false];
  let silence_s = 0;
  // Counts seconds in which this process runs: both may be stopped for a while.
  const watchdog = setInterval(() => {
    silence_s++;
    if (silence_s < HANG_S) return;
    hung = true;
    child.kill('SIGKILL');
  }, 1000);
  child.stdout.on('data', (data: Buffer) => {
    last = data.toString().trimEnd().split('\n').at(-1) ?? last;
    silence_s = 0;
  });
  child.stderr.on('data', (data: Buffer) => {
    errors = `${errors}${data}`.slice(-4000);
  });
  return new Promise((resolve) =>
    child.on('close', (code, signal) => {
      clearInterval(watchdog);
      const failed = code !== 0;
      const reason = hung ? `no answer for ${HANG_S} s` : `ended with ${signal ?? code}: ${errors}`;
      if (failed) keepInput(folder, `${opener.name}-${values.seed}-${last}`);
      rmSync(folder, { recursive: true, force: true });
      const counts = failed ? { read: 0, refused: 0 } : (JSON.parse(last) as FuzzCounts);
      resolve({ ...counts, failure: failed ? `input ${last} of ${opener.name}, seed ${values.seed}: ${reason}` : undefined });
    }),
  );
}

function keepInput(folder: string, name: string): void {
  mkdirSync(failures, { recursive: true });
  for (const file of readdirSync(folder).filter((candidate) => candidate.startsWith('input.'))) {
    copyFileSync(join(folder, file), join(failures, `${name}-${file}`));
  }
}

const openers = FUZZ_OPENERS.filter(({ name }) => name.includes(values.only));
const each = Math.ceil(Number(values.inputs) / openers.length);
let failed = 0;
for (const opener of openers) {
  const total = { read: 0, refused: 0 };
  const started = performance.now();
  for (let first = 0; first < each; first += CHUNK) {
    const { failure, read, refused } = await runChunk(opener, { first, count: Math.min(CHUNK, each - first) });
    total.read += read;
    total.refused += refused;
    if (failure === undefined) continue;
    failed++;
    process.stderr.write(`${failure}\n  the file is in ${failures}\n`);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const counts = `${total.read + total.refused} inputs: ${total.refused} refused, ${total.read} read`;
  process.stdout.write(`${opener.name.padEnd(12)} ${counts} (${seconds} s)\n`);
}
process.stdout.write(failed === 0 ? 'No crash, no hang, no untyped error, nothing left behind.\n' : `${failed} failures.\n`);
process.exitCode = failed === 0 ? 0 : 1;
