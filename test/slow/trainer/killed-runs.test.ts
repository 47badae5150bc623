import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '@ptychokit/config';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startProcess } from '../../support/run-cli.js';
import { writeTinyScan } from '../../support/tiny-scan.js';

const KILLS = 12;
const EPOCHS = 25;
/** Longest life of a run after its first sign of training: several epochs. */
const LONGEST_LIFE_MS = 1500;

let dir = '';
let scan = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ptychokit-killed-'));
  scan = await writeTinyScan(join(dir, 'scan.npz'));
});
afterAll(() => rm(dir, { recursive: true }));

const commandFor = (name: string): string[] => [
  'fit',
  scan,
  '--output-dir',
  join(dir, name),
  '--max-epochs',
  `${EPOCHS}`,
  '--batch-size',
  '4',
  '--deterministic',
  '--seed',
  '0',
];

const sha256 = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

/** What must not depend on how often a run was stopped. */
async function results(name: string): Promise<Record<string, string>> {
  const logs = join(dir, name, 'training_logs');
  const latest = (await readdir(logs)).sort((a, b) => Number(a.slice(8)) - Number(b.slice(8))).at(-1) as string;
  return {
    bundle: await sha256(join(dir, name, 'wts.h5.zip')),
    metrics: await readFile(join(logs, latest, 'metrics.csv'), 'utf8'),
    object: await sha256(join(dir, name, 'reconstruction.npz')),
  };
}

/** Starts a run and sends it a signal after some time; false when it was faster. */
async function disturbed(
  name: string,
  signal: NodeJS.Signals,
  life: { readonly from: string | null; readonly ms: number },
): Promise<boolean> {
  const run = startProcess(commandFor(name));
  if (life.from !== null) await run.says(life.from).catch(() => undefined);
  await Promise.race([delay(life.ms), run.outcome]);
  run.child.kill(signal);
  const { code } = await run.outcome;
  if (signal !== 'SIGKILL' && code !== 0) expect(code).toBe(130);
  return code !== 0;
}

it('A run that is killed again and again at random points ends with the same bytes', { timeout: 1_800_000 }, async () => {
  const undisturbed = await startProcess(commandFor('undisturbed')).outcome;
  expect(undisturbed.code, undisturbed.stderr).toBe(0);

  const random = new Random(Date.now(), 'kills');
  const lives: string[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    // Now and then while it still loads, else at any moment of an epoch: a step, the validation, the checkpoint, the log.
    const early = kill % 6 === 5;
    const life = { from: early ? null : 'epoch', ms: (early ? 3000 : LONGEST_LIFE_MS) * random.uniform() };
    lives.push(`${life.from ?? 'start'} + ${life.ms.toFixed(0)} ms`);
    expect(await disturbed('killed', 'SIGKILL', life), `killed after ${lives}`).toBe(true);
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) await disturbed('killed', signal, { from: 'epoch', ms: 300 * random.uniform() });
  const last = await startProcess(commandFor('killed')).outcome;
  expect(last.code, last.stderr).toBe(0);
  expect(last.stderr).toMatch(/going on after epoch \d+/);
  expect(await results('killed'), `killed after ${lives}`).toEqual(await results('undisturbed'));
});
