import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDirectory, type RunEvent } from '@ptychokit/study';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockForRun } from '../../../packages/study/src/locks/lock-for-run.js';

describe('lockForRun', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ptychokit-lock-for-run-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('refuses while another is at work', async () => {
    using _lock = await lockDirectory(dir);
    await expect(lockForRun(dir, { wait: false })).rejects.toMatchObject({ code: 'LOCKED' });
  });

  it('says once whom it waits for, and stops waiting at the signal of the run', async () => {
    using _lock = await lockDirectory(dir);
    const abort = new AbortController();
    const events: RunEvent[] = [];
    const waiting = lockForRun(dir, {
      wait: true,
      signal: abort.signal,
      onEvent: (event) => {
        events.push(event);
        abort.abort();
      },
    });
    await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(events).toEqual([{ type: 'note', text: `waiting for process ${process.pid} on ${hostname()} to leave ${dir}` }]);
  });
});
