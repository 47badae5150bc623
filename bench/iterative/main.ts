// Iterative engines: speed beside the bare Fourier transforms, quality on the simulated scans.
//   npm run bench:iterative -- --python python3 --pairs 5
//   npm run bench:iterative -- --quality
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadSolveConfig } from '@ptychokit/config';
import { type SolveOutcome, solve } from '@ptychokit/iterative';
import { openDataset, type RawData } from '@ptychokit/memmap-bridge';
import { loadEngine } from '@ptychokit/trainer';
import { iterativeScansDir } from '../../test/support/shared-data.js';
import { medianOf, quote } from '../statistics.js';
import { scoreSolution } from './score-solution.js';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '5' },
    python: { type: 'string', default: process.env.PTYCHOKIT_PYTHON ?? 'python3' },
    threads: { type: 'string', default: '2' },
    quality: { type: 'boolean', default: false },
    engine: { type: 'string', default: 'lsqml' },
    epochs: { type: 'string', default: '100' },
  },
});

const BATCH = 96;
/** Epochs that are timed at once; the first of a run warms up. */
const TIMED = 4;

/** Seconds per pass of transforms alone: every frame forward and back, in batches. */
const BARE = `
import sys, time, numpy as np, scipy.fft as f
n, N, batch, threads = map(int, sys.argv[1:5])
x = (np.random.default_rng(0).standard_normal((batch, N, N, 2)).astype(np.float32)).view(np.complex64)[..., 0]
times = []
for _ in range(8):
    start = time.perf_counter()
    for i in range(0, n, batch):
        part = x[: min(batch, n - i)]
        f.ifft2(f.fft2(part, workers=threads), workers=threads)
    times.append(time.perf_counter() - start)
print(sorted(times)[len(times) // 2])
`;

async function reconstruct(raw: RawData, overrides: Readonly<Record<string, unknown>>): Promise<SolveOutcome> {
  const run = solve({ raw, config: loadSolveConfig({ overrides: { scanFile: raw.source, ...overrides } }) });
  for (;;) {
    const next = await run.next();
    if (next.done === true) return next.value;
  }
}

async function speed(folder: string, file: string): Promise<void> {
  await using raw = await openDataset(join(folder, file));
  const ratios: number[] = [];
  const own: number[] = [];
  for (let pair = 0; pair <= Number(values.pairs); pair++) {
    const args = ['-c', BARE, `${raw.frameCount}`, `${raw.frameSize}`, `${BATCH}`, values.threads];
    const bare = Number(execFileSync(values.python, args, { encoding: 'utf8' }));
    const { history } = await reconstruct(raw, {
      batchSize: BATCH,
      epochs: 1 + TIMED,
      smoothness: 0,
      noiseModel: 'gaussian',
      averagedShare: 0,
    });
    const seconds = medianOf(history.slice(1).map((epoch) => epoch.seconds));
    if (pair === 0) continue;
    own.push(seconds);
    ratios.push(seconds / bare);
  }
  const size = `${raw.frameCount} frames of ${raw.frameSize} x ${raw.frameSize}, batch ${BATCH}`;
  process.stdout.write(`LSQ-ML, ${size}: ${(1e3 * medianOf(own)).toFixed(1)} ms per epoch, ${quote(ratios)} times the bare transforms\n`);
}

async function quality(folder: string, file: string): Promise<void> {
  await using raw = await openDataset(join(folder, file));
  const outcome = await reconstruct(raw, { engine: values.engine, epochs: Number(values.epochs) });
  if (raw.objectGuess === undefined) return;
  const { nrmse, phaseSsim, amplitudeSsim, phasePsnr, amplitudePsnr } = scoreSolution(outcome, raw.objectGuess);
  const numbers = [nrmse.toFixed(4), phaseSsim.toFixed(3), amplitudeSsim.toFixed(3), phasePsnr.toFixed(1), amplitudePsnr.toFixed(1)];
  process.stdout.write(`| ${values.engine} | ${file} | ${outcome.epochsCompleted} | ${numbers.join(' | ')} |\n`);
}

const folder = iterativeScansDir();
if (folder === undefined) {
  process.stderr.write('There are no scans: set PTYCHOKIT_FIXTURES to the folder that holds iterative/\n');
  process.exit(2);
}
await loadEngine({ threads: Number(values.threads) });
const files = readdirSync(folder).filter((name) => name.endsWith('.npz'));
if (values.quality) {
  process.stdout.write(
    '| engine | scan | epochs | NRMSE | phase SSIM | amplitude SSIM | phase PSNR | amplitude PSNR |\n|---|---|---|---|---|---|---|---|\n',
  );
  for (const file of files) await quality(folder, file);
} else {
  await speed(folder, files[0] as string);
}
