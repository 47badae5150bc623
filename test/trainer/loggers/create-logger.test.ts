import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@ptychokit/trainer';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { epochEvent, startEvent, stepEvent } from './training-events.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ptychokit-logger-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('None writes nothing and needs nothing', async () => {
  const logger = createLogger('none', folder);
  for (const event of [epochEvent(1), startEvent(), stepEvent(1, 20)]) await logger.log(event);
  await logger.close();
  expect(logger.directory).toBeNull();
  expect(await readdir(folder)).toEqual([]);
});

it.each([
  ['csv', /^metrics\.csv$/],
  ['tensorboard', /^events\.out\.tfevents\./],
] as const)('%s writes one file, and has no folder before the start', async (kind, name) => {
  const logger = createLogger(kind, folder);
  expect(logger.directory).toBeNull();
  await logger.log(startEvent());
  expect(logger.directory).toBe(join(folder, 'training_logs', 'version_0'));
  const files = await readdir(logger.directory as string);
  expect(files).toHaveLength(1);
  expect(files[0]).toMatch(name);
});
