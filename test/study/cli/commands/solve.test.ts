import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NpyValue, NpzFile, writeNpy } from '@ptychokit/memmap-bridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInProcess } from '../../../support/run-cli.js';
import { writeTinyScan } from '../../../support/tiny-scan.js';

let dir = '';
let scan = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ptychokit-solve-cli-'));
  scan = await writeTinyScan(join(dir, 'scan.npz'));
}, 120_000);
afterAll(() => rm(dir, { recursive: true }));

const solve = (out: string, args: readonly string[] = [], io = {}): ReturnType<typeof runInProcess> =>
  runInProcess(['solve', scan, '--epochs', '4', '--batch-size', '12', '--output-dir', join(dir, out), ...args], io);

async function solutionOf(out: string): Promise<Readonly<Record<string, unknown>>> {
  await using file = await NpzFile.open(join(dir, out, 'reconstruction.npz'));
  const arrays: Record<string, unknown> = {};
  for (const name of file.names) arrays[name] = (await file.read(name)).data;
  return arrays;
}

const recordOf = async (out: string) => JSON.parse(await readFile(join(dir, out, 'run.json'), 'utf8')) as { config: { decided: object } };

describe('ptychokit solve', { timeout: 120_000 }, () => {
  it('stops at Ctrl-C with a state to go on from, and --resume ends with the bits of one run', async () => {
    const whole = await solve('whole');
    expect(whole).toMatchObject({ code: 0, stdout: expect.stringContaining('relative residual') });
    let told = '';
    const err = (text: string): void => {
      told += text;
      if (text.includes('epoch 1/4')) process.emit('SIGINT');
    };
    expect(await solve('parts', [], { err })).toMatchObject({ code: 130 });
    expect(told).toContain('--resume');
    expect(existsSync(join(dir, 'parts', 'run.json'))).toBe(false);
    expect(existsSync(join(dir, 'parts', 'checkpoints', 'solve.npz'))).toBe(true);
    const resumed = await solve('parts', ['--resume']);
    expect(resumed).toMatchObject({ code: 0, stderr: expect.stringContaining('going on after epoch') });
    expect(await solutionOf('parts')).toEqual(await solutionOf('whole'));
  });

  it('says in a dry run what would be done, and creates nothing', async () => {
    const dry = await solve('planned', ['--dry-run', '--json']);
    expect(JSON.parse(dry.stdout)).toEqual({
      ...{ scan, frames: 24, frame_size: 64, engine: 'lsqml', epochs: 4 },
      ...{ output_dir: join(dir, 'planned'), resumes: false },
    });
    expect((await solve('planned', ['--dry-run'])).stdout).toMatch(/^scan +\S+scan\.npz\nframes +24\n/);
    expect(existsSync(join(dir, 'planned'))).toBe(false);
    expect(await solve('planned', ['--dry-run', '--mask-file', scan])).toMatchObject({ code: 2 });
  });

  it('leaves out the pixels of --mask-file, correlates two halves, and records what it did', async () => {
    const mask = new Uint8Array(64 * 64);
    mask.fill(1, 100, 107);
    await writeFile(join(dir, 'mask.npy'), writeNpy({ type: 'uint8', shape: [64, 64], data: mask } as NpyValue));
    const args = ['--mask-file', join(dir, 'mask.npy'), '--object-init', 'guess', '--no-find-bad-pixels', '--split-half'];
    expect(await solve('masked', args)).toMatchObject({ code: 0, stdout: expect.stringMatching(/split-half FRC 0\.5 +\S/) });
    expect((await solutionOf('masked')).bad_pixels).toEqual(mask);
    expect((await recordOf('masked')).config.decided).toMatchObject({ bad_pixels: 7, object_init: 'guess', noise_model: 'gaussian' });
    expect((await recordOf('masked')).config).toHaveProperty('split_half.half_bit');
    const [head, ...rings] = (await readFile(join(dir, 'masked', 'frc.csv'), 'utf8')).trim().split('\n');
    expect(head).toBe('ring,fraction_of_nyquist,correlation,pixels');
    expect(rings.length).toBeGreaterThan(4);
    expect(Number((rings[1] as string).split(',')[2])).toBeGreaterThan(0.5);
    expect((await recordOf('whole')).config.decided).toMatchObject({ bad_pixels: 0, object_init: 'ones' });
  });

  it('refuses a mask of another size with exit code 2 and makes nothing', async () => {
    await writeFile(join(dir, 'small.npy'), writeNpy({ type: 'uint8', shape: [8, 8], data: new Uint8Array(64) } as NpyValue));
    const refused = await solve('refused', ['--mask-file', join(dir, 'small.npy')]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('[8, 8]') });
    expect(existsSync(join(dir, 'refused'))).toBe(false);
  });
});
