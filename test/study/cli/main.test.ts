import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeNpz } from '@ptychokit/memmap-bridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runInProcess } from '../../support/run-cli.js';
import { writeTinyScan } from '../../support/tiny-scan.js';

const COMMANDS = ['fit', 'infer', 'inspect', 'simulate', 'doctor', 'cache', 'demo'];

describe('help', () => {
  it('lists every command with a sentence', async () => {
    const { code, stdout, stderr } = await runInProcess(['--help']);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command} .*\\w`, 'm'));
    expect(stdout).toContain('Exit codes: 0 done');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it.each(COMMANDS)('of %s has examples', async (command) => {
    const { code, stdout } = await runInProcess([command, '--help']);
    expect(stdout).toContain(`$ ptychokit ${command}`);
    expect(code).toBe(0);
  });

  it('of fit states defaults and units from the configuration', async () => {
    const { stdout } = await runInProcess(['fit', '--help']);
    expect(stdout).toMatch(/--batch-size <integer>\s+Groups per optimiser step\. \(groups; default \d+\)/);
    expect(stdout).toMatch(/--\[no-\]resume\s/);
    expect(stdout).toMatch(/--enable-checkpointing, --disable-checkpointing/);
    expect(stdout).not.toMatch(/--\[no-\]deterministic/);
  });

  it('gives the version', async () => {
    expect((await runInProcess(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('with a scan', { timeout: 240_000 }, () => {
  let dir = '';
  let scan = '';
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ptychokit-cli-'));
    scan = await writeTinyScan(join(dir, 'scan.npz'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('inspect describes it and says that it conforms', async () => {
    const { code, stdout } = await runInProcess(['inspect', scan]);
    expect(stdout).toMatch(/diffraction +float32 \(24, 64, 64\)/);
    expect(stdout).toMatch(/frames +24 of 64 x 64 pixels/);
    expect(stdout).toContain('conforms to the data contract (DATA-001)');
    expect(code).toBe(0);
  });

  it('inspect --json prints one document', async () => {
    const { stdout } = await runInProcess(['inspect', scan, '--json', '--all_frames']);
    expect(JSON.parse(stdout)).toMatchObject({ conforms: true, issues: [], frames: { count: 24, size: 64 } });
  });

  it('inspect exits with 2 and lists everything when it does not conform', async () => {
    const path = join(dir, 'poor.npz');
    await writeNpz(path, { diff3d: { type: 'float32', shape: [2, 8, 8], data: new Float32Array(128).fill(1) } });
    const { code, stdout } = await runInProcess(['inspect', path]);
    expect(stdout).toMatch(/breaks the data contract[\s\S]*- xcoords:[\s\S]*- ycoords:[\s\S]*- probeGuess:/);
    expect(code).toBe(2);
  });

  it('fit --dry-run says what would be done and creates nothing', async () => {
    const { code, stdout } = await runInProcess(['fit', scan, '--output_dir', join(dir, 'out'), '--gridsize=2', '--dry-run']);
    expect(stdout).toMatch(/frames_per_group +4/);
    expect(code).toBe(0);
    expect(await readdir(dir)).not.toContain('out');
  });

  it('fit, then infer, end with the same residual and say where everything is', async () => {
    const [out, out2] = [join(dir, 'fit'), join(dir, 'infer')];
    const fit = await runInProcess(['fit', scan, '--output-dir', out, '--max_epochs', '1', '--batch_size', '8', '--no-resume']);
    expect(fit.stderr).toMatch(/training: 23 groups \+ 1 for validation/);
    expect(fit.stderr).toMatch(/epoch 1\/1 {2}loss /);
    expect(fit.stdout).toMatch(/SHA256 +[0-9a-f]{64}\n/);
    expect(fit.stdout).toContain(join(out, 'amplitude.png'));
    const infer = await runInProcess(['infer', '--model-path', out, '--test_data', scan, '--output-dir', out2, '--json', '--quiet']);
    expect(infer.stderr).toBe('');
    const residual = (JSON.parse(infer.stdout) as { relative_residual: number }).relative_residual;
    expect(fit.stdout).toContain(`relative residual  ${residual.toPrecision(4)}`);
    expect([fit.code, infer.code]).toEqual([0, 0]);
  });

  it('takes the moving line off the terminal before it prints results', async () => {
    const written: string[] = [];
    const terminal = { errIsTerminal: true, err: (text: string) => written.push(text), out: (text: string) => written.push(text) };
    await runInProcess(['simulate', '--frames', '4', '--output', join(dir, 'four.npz')], terminal);
    const result = written.findIndex((text) => text.startsWith('scan '));
    expect(written[result - 1]).toBe('\r\u001b[2K');
    expect(written[result - 2]).toMatch(/4\/4$/);
  });

  it('an unexpected error is printed with its stack and ends with 1', async () => {
    const broken = () => {
      throw new TypeError('the terminal is gone');
    };
    const { code, stderr } = await runInProcess(['inspect', scan], { out: broken });
    expect(stderr).toMatch(/error: unexpected TypeError: the terminal is gone\n\s+at /);
    expect(code).toBe(1);
  });

  it('--debug shows the stack of a typed error', async () => {
    const { stderr } = await runInProcess(['inspect', join(dir, 'nowhere.npz'), '--debug']);
    expect(stderr).toMatch(/code: DATA_FILE[\s\S]*\n\s+at /);
  });
});

describe('doctor', () => {
  it('describes the engine, for people and for programs', async () => {
    const text = await runInProcess(['doctor']);
    expect(text.stdout).toMatch(/engine +TensorFlow/);
    const { stdout } = await runInProcess(['doctor', '--json']);
    const { ok } = JSON.parse(stdout) as { ok: boolean };
    expect(text.code).toBe(ok ? 0 : 1);
  });
});
