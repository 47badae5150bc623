import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually, isRunning, loadScript, runSource, scratchFolder, scriptUrl } from './setup-scripts.js';

type WithLock = <T>(folder: string, work: () => Promise<T> | T, options?: { onWait?: (owner: { pid: number }) => void }) => Promise<T>;
const { withLock } = await loadScript<{ withLock: WithLock }>('lock.mjs');

const imports = `import { withLock } from ${JSON.stringify(scriptUrl('lock.mjs'))};
import { runProcess } from ${JSON.stringify(scriptUrl('run-process.mjs'))};
import { readFileSync, writeFileSync } from 'node:fs';`;

function holder(folder: string): string {
  return `${imports}
await withLock(${JSON.stringify(folder)}, async () => {
  const work = runProcess(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  console.log('holding');
  await work;
});`;
}

describe('withLock', () => {
  it('lets one process in at a time', async () => {
    const folder = scratchFolder();
    const counter = join(folder, 'counter');
    writeFileSync(counter, '0');
    const source = (name: string) => `${imports}
import { existsSync } from 'node:fs';
writeFileSync(${JSON.stringify(join(folder, name))}, '');
while (!['a', 'b', 'c'].every((other) => existsSync(${JSON.stringify(`${folder}/`)} + other))) await new Promise((resolve) => setTimeout(resolve, 1));
for (let round = 0; round < 5; round++) {
  await withLock(${JSON.stringify(join(folder, 'lock'))}, async () => {
    const value = Number(readFileSync(${JSON.stringify(counter)}, 'utf8'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    writeFileSync(${JSON.stringify(counter)}, String(value + 1));
  });
}`;
    const ends = await Promise.all(['a', 'b', 'c'].map((name) => runSource(source(name)).ended));
    expect(ends.map(({ code, output }) => `${code}${output}`)).toEqual(['0', '0', '0']);
    expect(readFileSync(counter, 'utf8')).toBe('15');
  });

  it('says whom it waits for', async () => {
    const folder = scratchFolder();
    const first = runSource(holder(folder));
    await first.said('holding');
    const waiting: number[] = [];
    const second = withLock(folder, () => 'done', { onWait: ({ pid }) => waiting.push(pid) });
    await eventually(() => waiting.length > 0);
    first.child.kill('SIGKILL');
    expect(await second).toBe('done');
    expect(waiting).toEqual([first.child.pid]);
  });

  it('takes over from a killed process at once and ends what that left running', async () => {
    const folder = scratchFolder();
    const first = runSource(holder(folder));
    await first.said('holding');
    let child = 0;
    await eventually(() => {
      const [generation] = readdirSync(folder);
      const text = readFileSync(join(folder, String(generation)), 'utf8');
      child = (JSON.parse(text || '{"children":[]}') as { children: { pid: number }[] }).children[0]?.pid ?? 0;
      return child > 0;
    });
    first.child.kill('SIGKILL');
    await first.ended;
    expect(isRunning(child)).toBe(process.platform === 'linux');
    expect(await withLock(folder, () => 'mine')).toBe('mine');
    await eventually(() => !isRunning(child));
  });

  it('is free again after work that throws', async () => {
    const folder = scratchFolder();
    const failing = withLock(folder, () => {
      throw new Error('no luck');
    });
    await expect(failing).rejects.toThrow('no luck');
    expect(await withLock(folder, () => 'free')).toBe('free');
  });

  it('is not stopped by the torn file of a crash', async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, '7'), '{"owner":');
    expect(await withLock(folder, () => 'free')).toBe('free');
    expect(readdirSync(folder)).toEqual(['8']);
  });
});
