import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDirectory } from '@ptychokit/study';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ptychokit-lock-'));
});
afterAll(() => rm(root, { recursive: true }));

/** Takes a lock in another process and keeps it until it is killed. */
async function holderOf(dir: string) {
  const program = `import('@ptychokit/study').then(async ({ lockDirectory }) => { await lockDirectory(process.argv[1]); console.log('held'); setInterval(() => {}, 1e3); })`;
  const options = ['--conditions=@ptychokit/source', '--import', 'tsx', '--input-type=module', '-e', program, '--', dir];
  const child = spawn(process.execPath, options, {
    cwd: new URL('../../../packages/study', import.meta.url),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

describe('lockDirectory', () => {
  it('refuses while it is held, saying by whom, and is free after release', async () => {
    const dir = join(root, 'simple');
    const lock = await lockDirectory(dir);
    await expect(lockDirectory(dir)).rejects.toMatchObject({
      code: 'LOCKED',
      message: expect.stringMatching(new RegExp(`process ${process.pid} on ${hostname()}`)),
      fix: expect.stringContaining('--wait'),
    });
    lock.release();
    (await lockDirectory(dir)).release();
    expect(await readdir(join(dir, '.lock'))).toEqual(['2']);
  });

  it('waits when asked to', async () => {
    const dir = join(root, 'wait');
    const lock = await lockDirectory(dir);
    const told: number[] = [];
    const waiting = lockDirectory(dir, { wait: true, onWait: ({ pid }) => told.push(pid) });
    setTimeout(() => lock.release(), 300);
    (await waiting).release();
    expect(told).toEqual([process.pid]);
  });

  it('stops waiting when aborted', async () => {
    const dir = join(root, 'abort');
    using _lock = await lockDirectory(dir);
    const abort = new AbortController();
    const waiting = lockDirectory(dir, { wait: true, signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('is free at once when its holder was killed', async () => {
    const dir = join(root, 'killed');
    const child = await holderOf(dir);
    await expect(lockDirectory(dir)).rejects.toMatchObject({ code: 'LOCKED', holder: { pid: child.pid } });
    child.kill('SIGKILL');
    await once(child, 'close');
    (await lockDirectory(dir)).release();
  });

  it('is free where another process has the number of its holder by now', async () => {
    const dir = join(root, 'reused');
    await lockDirectory(dir);
    const [file] = await readdir(join(dir, '.lock'));
    const path = join(dir, '.lock', file as string);
    const { owner } = JSON.parse(await import('node:fs').then(({ readFileSync }) => readFileSync(path, 'utf8')));
    await writeFile(path, JSON.stringify({ owner: { ...owner, start: '1' } }));
    (await lockDirectory(dir)).release();
  });

  it('is not taken from a holder on another machine that may well be alive', async () => {
    const dir = join(root, 'elsewhere');
    await mkdir(join(dir, '.lock'), { recursive: true });
    await writeFile(
      join(dir, '.lock', '1'),
      JSON.stringify({ owner: { host: 'elsewhere', boot: 'b', pidSpace: 'p', pid: 1, start: '1' } }),
    );
    await expect(lockDirectory(dir)).rejects.toMatchObject({ code: 'LOCKED', holder: { host: 'elsewhere' } });
  });

  it('lets exactly one of many win', async () => {
    const dir = join(root, 'many');
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockDirectory(dir)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
