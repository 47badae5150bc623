import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline/promises';

/** Seconds per pass of transforms alone, one pass per line of input: every frame forward and back, in batches. */
const PROGRAM = `
import sys, time, numpy as np, scipy.fft as f
n, N, batch, threads = map(int, sys.argv[1:5])
x = (np.random.default_rng(0).standard_normal((batch, N, N, 2)).astype(np.float32)).view(np.complex64)[..., 0]
for line in sys.stdin:
    start = time.perf_counter()
    for i in range(0, n, batch):
        part = x[: min(batch, n - i)]
        f.ifft2(f.fft2(part, workers=threads), workers=threads)
    print(time.perf_counter() - start, flush=True)
`;

/** What is transformed. */
export interface BareOptions {
  readonly python: string;
  readonly frames: number;
  readonly frameSize: number;
  readonly batch: number;
  readonly threads: number;
}

/** The reference loop in a process that stays, so that single passes can alternate with single epochs. */
export class BareTransforms {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor({ python, frames, frameSize, batch, threads }: BareOptions) {
    const numbers = [frames, frameSize, batch, threads].map(String);
    this.#child = spawn(python, ['-u', '-c', PROGRAM, ...numbers], { stdio: 'pipe' });
    this.#child.stderr.pipe(process.stderr);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Seconds of one pass. @throws Error the interpreter or its packages are absent */
  async pass(): Promise<number> {
    this.#child.stdin.write('\n');
    const line = await this.#lines.next();
    if (line.done === true) throw new Error('the reference loop ended: it needs Python with numpy and scipy');
    return Number(line.value);
  }

  close(): void {
    this.#child.stdin.end();
  }
}
