import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inProcessRunner, lockDirectory, type RunEvent } from '@ptychokit/study';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { writeManifest } from '../../../packages/study/src/manifests/manifest-file.js';
import { defineManifest } from '../../../packages/study/src/manifests/manifest-kind.js';
import { type MatrixPhase, runMatrix } from '../../../packages/study/src/runners/run-matrix.js';
import { phase, type ToyJob, type ToyOutcome } from '../../support/toy-phase.js';

const kind = defineManifest({
  name: 'toy_manifest',
  title: 'Manifest of toys',
  fileName: /^toys\.json$/,
  schema: z.strictObject({ dry_run: z.boolean() }),
  artifacts: () => [],
});
const matrix: MatrixPhase<ToyJob, ToyOutcome> = {
  phase,
  manifest: { name: 'toys.json', kind },
  plan: async ({ name }) => ({ status: 'dry_run', error: null, name, threads: 0, pid: 0 }),
};

describe('runMatrix', () => {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'ptychokit-matrix-'));
  });
  afterEach(() => rm(root, { recursive: true }));

  async function run(dryRun: boolean) {
    const events: RunEvent[] = [];
    const jobs = ['a', 'b'].map((name): ToyJob => ({ name, does: 'work', cost: 1, threads: 1, artifactDir: join(root, name) }));
    const write = async (results: readonly ToyOutcome[], now: Date): Promise<string> => {
      expect(now).toBeInstanceOf(Date);
      // The lock is held until the manifest stands.
      await expect(lockDirectory(root)).rejects.toMatchObject({ code: 'LOCKED' });
      await writeManifest(join(root, 'toys.json'), kind, { dry_run: dryRun });
      return results.map(({ name, status }) => `${name} ${status}`).join();
    };
    const ended = await runMatrix(
      matrix,
      { root, jobs, write, dryRun, runner: inProcessRunner() },
      { onEvent: (event) => events.push(event) },
    );
    return { ...ended, states: events.flatMap((event) => (event.type === 'job' ? [`${event.label} ${event.state}`] : [])), events };
  }

  it('does the jobs, and keeps them the next time', async () => {
    expect((await run(false)).written).toBe('a completed,b completed');
    const again = await run(false);
    expect(again.states).toEqual(['a kept', 'b kept']);
    expect(again.results.map(({ name }) => name)).toEqual(['a', 'b']);
    (await lockDirectory(root)).release();
  });

  it('writes the manifest of a dry run, which the next one replaces', async () => {
    expect((await run(true)).written).toBe('a dry_run,b dry_run');
    expect((await run(true)).written).toBe('a dry_run,b dry_run');
    expect(existsSync(join(root, 'a'))).toBe(false);
  });

  it.for(['real', 'damaged'])('keeps a %s manifest on a dry run, and says so', async (state) => {
    const path = join(root, 'toys.json');
    if (state === 'real') await run(false);
    else await writeFile(path, '{"dry_run": true');
    const before = await readFile(path, 'utf8');
    const { results, written, events } = await run(true);
    expect(written).toBeNull();
    expect(results.map(({ status }) => status)).toEqual(['dry_run', 'dry_run']);
    expect(events).toContainEqual({ type: 'note', text: `${path} is of a real run and is kept` });
    expect(await readFile(path, 'utf8')).toBe(before);
  });
});
