import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { loadScript } from './setup-scripts.js';

interface Identity {
  readonly host: string;
  readonly boot: string;
  readonly pidSpace: string;
  readonly pid: number;
  readonly start: string | undefined;
}
const { identityOf, lifeOf } = await loadScript<{ identityOf(pid: number): Identity; lifeOf(identity: Identity): string }>(
  'process-identity.mjs',
);

describe('lifeOf', () => {
  const self = identityOf(process.pid);

  it.each([
    { who: 'this process', change: {}, life: 'alive' },
    { who: 'a later process with the same number', change: { start: '1' }, life: 'dead' },
    { who: 'a process before the machine was restarted', change: { boot: 'earlier' }, life: 'dead' },
    { who: 'a process of another machine', change: { host: 'elsewhere' }, life: 'unknown' },
    { who: 'a process of another container', change: { pidSpace: 'pid:[1]' }, life: 'unknown' },
  ])('is "$life" for $who', ({ change, life }) => {
    expect(lifeOf({ ...self, ...change })).toBe(life);
  });

  it('is "dead" for a process that has ended', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const identity = identityOf(child.pid ?? 0);
    expect(lifeOf(identity)).toBe('alive');
    child.stdin.end();
    await once(child, 'close');
    expect(lifeOf(identity)).toBe('dead');
  });
});
