import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '@ptychokit/config';
import { listFrameCache, openScan, writeNpz } from '@ptychokit/memmap-bridge';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectSame } from '../memmap-bridge/support/expect-same.js';
import { scanMembers, syntheticScan } from '../memmap-bridge/support/synthetic-scan.js';
import { temporaryFolder } from '../memmap-bridge/support/temporary-folder.js';

const ROUNDS = 20;
const ATTEMPTS = 10;
const folder = temporaryFolder();
const path = join(folder, 'scan.npz');
const scan = syntheticScan({ frameCount: 2500, frameSize: 64 });
const pixels = scan.frameSize ** 2;
const source = fileURLToPath(new URL('../../packages/memmap-bridge/src/open-scan.ts', import.meta.url));

/** How a process ended, and what it said. */
interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

/** A process that opens the scan and prints the sum of one frame. */
function opener(memmapDir: string): { child: ChildProcess; ended: Promise<Outcome> } {
  const program = `import { openScan } from ${JSON.stringify(source)};
const raw = await openScan(${JSON.stringify(path)}, { memmapDir: ${JSON.stringify(memmapDir)} });
const into = new Float32Array(${pixels});
await raw.frames.readFrames([2400], into);
await raw.close();
process.stdout.write(String(into.reduce((a, b) => a + b)));`;
  const child = spawn(process.execPath, ['--conditions=@ptychokit/source', '--import=tsx', '--input-type=module', '-e', program]);
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  return { child, ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, output }))) };
}

const temporariesOf = (memmapDir: string, { pid }: ChildProcess): string[] =>
  readdirSync(memmapDir).filter((name) => name.endsWith('.tmp') && name.includes(`-${pid}-`));

/** Waits until a process has written that much; false where it ended before. */
async function hasWritten(memmapDir: string, child: ChildProcess, bytes: number): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    for (const name of temporariesOf(memmapDir, child)) {
      if ((statSync(join(memmapDir, name), { throwIfNoEntry: false })?.size ?? 0) >= bytes) return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return false;
}

/**
 * Starts two processes on an empty cache and kills one while its frames are half written. Where it was done before this process looked
 * again, as happens on a busy machine, that is tried again with a cache of its own.
 */
async function killInTheMiddle(round: number): Promise<{ memmapDir: string; survivor: Outcome }> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const memmapDir = join(folder, `cache-${round}-${attempt}`);
    mkdirSync(memmapDir);
    const [victim, survivor] = [opener(memmapDir), opener(memmapDir)];
    const bytes = new Random(round, 'kill').uniform() * 4 * scan.diffraction.length * 0.7;
    const wasWriting = await hasWritten(memmapDir, victim.child, bytes);
    victim.child.kill('SIGKILL');
    await victim.ended;
    const wasInTheMiddle = wasWriting && temporariesOf(memmapDir, victim.child).length > 0;
    const outcome = await survivor.ended;
    if (wasInTheMiddle) return { memmapDir, survivor: outcome };
  }
  throw new Error(`no process was killed while it wrote, in ${ATTEMPTS} attempts`);
}

describe('two processes that inflate the same frames', { timeout: 600_000 }, () => {
  beforeAll(() => writeNpz(path, scanMembers(scan), { deflate: true }));

  it.each(Array.from({ length: ROUNDS }, (_, round) => [round]))('lose nothing when one is killed in the middle (%d)', async (round) => {
    const { memmapDir, survivor } = await killInTheMiddle(round);
    const expected = String(scan.diffraction.subarray(2400 * pixels, 2401 * pixels).reduce((a, b) => a + b));
    expect(await survivor).toEqual({ code: 0, output: expected });

    await using raw = await openScan(path, { memmapDir });
    const into = new Float32Array(scan.diffraction.length);
    await raw.frames.readFrames(
      Int32Array.from({ length: scan.frameCount }, (_, i) => i),
      into,
    );
    expectSame(into, scan.diffraction);
    expect((await listFrameCache({ memmapDir })).map(({ state }) => state)).toEqual(['complete']);
    expect(readdirSync(memmapDir)).toHaveLength(2);
  });
});
