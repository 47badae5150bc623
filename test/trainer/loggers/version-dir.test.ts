import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openVersionDir } from '../../../packages/trainer/src/loggers/version-dir.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ptychokit-version-'));
});
afterEach(() => rm(folder, { recursive: true }));

const logs = (name: string): string => join(folder, 'training_logs', name);
const make = (...names: readonly string[]): Promise<unknown> => Promise.all(names.map((name) => mkdir(logs(name), { recursive: true })));

it.each<[string, string[], boolean, string]>([
  ['nothing', [], false, 'version_0'],
  ['nothing, to go on', [], true, 'version_0'],
  ['one', ['version_0'], false, 'version_1'],
  ['one, to go on', ['version_0'], true, 'version_0'],
  ['gaps', ['version_0', 'version_7'], false, 'version_8'],
  ['more than ten', ['version_2', 'version_9', 'version_10'], false, 'version_11'],
  ['more than ten, to go on', ['version_2', 'version_9', 'version_10'], true, 'version_10'],
  ['foreign names', ['version_', 'version_3_old', 'Version_5', 'other'], false, 'version_0'],
])('After %s', async (_, existing, latest, expected) => {
  await make(...existing);
  expect(await openVersionDir(folder, { latest })).toBe(logs(expected));
  expect(await readdir(logs('.'))).toContain(expected);
});

it('Numbers go on from run to run', async () => {
  const made: string[] = [];
  for (let run = 0; run < 3; run++) made.push(await openVersionDir(folder, { latest: false }));
  expect(made).toEqual(['version_0', 'version_1', 'version_2'].map(logs));
});

it('What is in a folder to go on with stays', async () => {
  await make('version_4');
  await writeFile(join(logs('version_4'), 'metrics.csv'), 'rows');
  await openVersionDir(folder, { latest: true });
  expect(await readdir(logs('version_4'))).toEqual(['metrics.csv']);
});
