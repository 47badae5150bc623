import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type JobRunner, type RunEvent, runUnfinished } from '@ptychokit/study';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Deed, phase, pidOf, type ToyJob } from '../support/toy-phase.js';

/** What a runner promises beyond what all promise. */
export interface JobRunnerTraits {
  /** Jobs have processes of their own, and a crashed one is a failed job. */
  readonly ownProcesses: boolean;
  /** Longest time between an abort and the end of the run. */
  readonly stops_ms: number;
}

/**
 * The contract of {@link JobRunner}: every implementation runs it.
 *
 * @param make a runner that may write into a directory
 */
export function testJobRunner(name: string, make: (directory: string) => JobRunner, traits: JobRunnerTraits): void {
  describe(`${name} as a JobRunner`, { timeout: 240_000 }, () => {
    let dir = '';
    beforeEach(async () => {
      dir = await mkdtemp(join(tmpdir(), 'ptychokit-runner-'));
    });
    afterEach(() => rm(dir, { recursive: true, force: true }));

    const runner = (): JobRunner => make(join(dir, '.runner'));
    const job = (label: string, does: Deed = 'work', more: Partial<ToyJob> = {}): ToyJob => ({
      ...{ name: label, does, cost: 1, threads: 0, artifactDir: join(dir, label) },
      ...more,
    });
    const statesOf = (events: readonly RunEvent[], label: string): readonly string[] =>
      events.flatMap((event) => (event.type === 'job' && event.label === label ? event.state : []));

    it('gives outcomes in the order of the jobs, and tells of each and of all it reports', async () => {
      const jobs = [job('a'), job('b', 'fail', { cost: 9 }), job('c', 'work', { threads: 3 }), job('d', 'work', { cost: 5 })];
      const events: RunEvent[] = [];
      const outcomes = await runner().run(phase, jobs, { onEvent: (event) => events.push(event) });
      expect(outcomes.map((outcome) => `${outcome.name} ${outcome.status}`)).toEqual([
        'a completed',
        'b failed',
        'c completed',
        'd completed',
      ]);
      expect(outcomes[1]?.error).toBe('as it was told to');
      for (const { name: label } of jobs) {
        const states = statesOf(events, label).filter((state) => state !== 'waiting');
        expect(states, label).toEqual(['running', label === 'b' ? 'failed' : 'completed']);
        const told = events.flatMap((event) => (event.type === 'job-event' && event.label === label ? event.event : []));
        expect(told.at(0), label).toEqual({ type: 'note', text: `${label} begins` });
        expect(
          told.some(({ type }) => type === 'count'),
          label,
        ).toBe(true);
        expect(told.at(-1), label).toEqual({ type: 'stage', stage: 'ends', detail: label });
      }
    });

    it('leaves the threads of a job that fixes them, and gives at least one to the others', async () => {
      const [fixed, free] = await runner().run(phase, [job('fixed', 'work', { threads: 7 }), job('free')]);
      expect(fixed?.threads).toBe(7);
      expect(free?.threads).toBeGreaterThanOrEqual(traits.ownProcesses ? 1 : 0);
    });

    it('stops soon when aborted, keeps what was finished and leaves no process', async () => {
      const abort = new AbortController();
      const jobs = [job('done', 'work', { cost: 9 }), job('endless', 'wait', { cost: 5 }), job('never', 'wait')];
      let asked = 0;
      const onEvent = (event: RunEvent): void => {
        if (event.type !== 'job-event' || event.label !== 'endless' || asked > 0) return;
        asked = performance.now();
        abort.abort();
      };
      await expect(runner().run(phase, jobs, { signal: abort.signal, onEvent })).rejects.toMatchObject({ code: 'INTERRUPTED' });
      expect(performance.now() - asked).toBeLessThan(traits.stops_ms);
      expect((await phase.recall(jobs[0] as ToyJob))?.status).toBe('completed');
      await sleep(500);
      expect(jobs.filter((other) => isAlive(pidOf(other)))).toEqual([]);
      const again = jobs.map((before) => ({ ...before, does: 'work' as const }));
      const events: RunEvent[] = [];
      const outcomes = await runUnfinished(phase, again, { runner: runner(), onEvent: (event) => events.push(event) });
      expect(outcomes.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
      expect(statesOf(events, 'done')).toEqual(['kept']);
    });

    it('begins nothing when it was aborted before', async () => {
      const jobs = [job('a'), job('b')];
      await expect(runner().run(phase, jobs, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'INTERRUPTED' });
      expect(jobs.map(pidOf)).toEqual([0, 0]);
    });

    it.runIf(traits.ownProcesses)('fails a job whose process is killed, and goes on with the others', async () => {
      const jobs = [job('a'), job('crashed', 'crash', { cost: 9 }), job('b'), job('c')];
      const events: RunEvent[] = [];
      const outcomes = await runner().run(phase, jobs, { onEvent: (event) => events.push(event) });
      expect(outcomes.map(({ status }) => status)).toEqual(['completed', 'failed', 'completed', 'completed']);
      expect(outcomes[1]?.error).toMatch(/SIGKILL|state FAILED/);
      expect(statesOf(events, 'crashed').filter((state) => state !== 'waiting')).toEqual(['running', 'failed']);
      expect(new Set(outcomes.map(({ pid }) => pid)).has(process.pid)).toBe(false);
    });
  });
}

function isAlive(pid: number): boolean {
  if (pid === 0 || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
