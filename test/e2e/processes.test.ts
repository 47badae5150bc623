import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProcess } from '../support/run-cli.js';
import { writeTinyScan } from '../support/tiny-scan.js';

let dir = '';
let scan = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ptychokit-process-'));
  scan = await writeTinyScan(join(dir, 'scan.npz'));
});
afterAll(() => rm(dir, { recursive: true }));

// Each process compiles the sources and loads the engine, which takes its time on a busy machine.
describe('a fit in a process of its own', { timeout: 240_000 }, () => {
  it('stops on Ctrl-C with a checkpoint and 130, and goes on with --resume', async () => {
    const command = ['fit', scan, '--output-dir', join(dir, 'fit'), '--max-epochs', '2', '--batch-size', '4'];
    const first = startProcess(command);
    await first.says('epoch 1/2');
    first.child.kill('SIGINT');
    const stopped = await first.outcome;
    expect(stopped.stderr).toMatch(
      /stopping after this step[\s\S]*interrupted: training stopped in epoch 2[\s\S]*at: .*last\.npz\n {2}fix: repeat the same command with --resume/,
    );
    expect(stopped).toMatchObject({ code: 130, stdout: '' });
    expect((await readdir(join(dir, 'fit'))).sort()).toEqual(['checkpoints', 'training_logs']);

    const second = await startProcess([...command, '--resume', '--json']).outcome;
    expect(second.stderr).toContain('going on after epoch 1');
    expect(second.code).toBe(0);
    expect(JSON.parse(second.stdout)).toMatchObject({ history: { epochs_completed: 2 } });
    const { manifest_sha256, ...record } = JSON.parse(await readFile(join(dir, 'fit', 'run.json'), 'utf8'));
    expect(record).toEqual(JSON.parse(second.stdout));
    expect(manifest_sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('ends at once on a second Ctrl-C', async () => {
    const run = startProcess(['fit', scan, '--output-dir', join(dir, 'twice'), '--max-epochs', '500']);
    await run.says('epoch 1/500');
    run.child.kill('SIGINT');
    run.child.kill('SIGTERM');
    expect((await run.outcome).code).toBe(130);
    expect(await readdir(join(dir, 'twice'))).not.toContain('run.json');
  });
});

describe('output into a closed pipe', { timeout: 240_000 }, () => {
  it('is no error', async () => {
    const run = startProcess(['fit', '--help']);
    run.child.stdout?.destroy();
    const { code, stderr } = await run.outcome;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
