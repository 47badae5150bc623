import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assertWritableDir, createOutputDir } from '../../packages/study/src/output-dir.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ptychokit-out-'));
});
afterEach(() => rm(dir, { recursive: true }));

describe('assertWritableDir', () => {
  it('accepts a directory that exists and one that can be created, and creates nothing', async () => {
    await assertWritableDir(dir);
    await assertWritableDir(join(dir, 'a', 'b'));
    expect(await readdir(dir)).toEqual([]);
  });

  it.each(['file', 'file/below', 'file/below/that'])('refuses %s where a file is in the way', async (name) => {
    await writeFile(join(dir, 'file'), '');
    await expect(assertWritableDir(join(dir, name))).rejects.toMatchObject({ code: 'OUTPUT', where: join(dir, 'file') });
  });
});

describe('createOutputDir', () => {
  it('takes back the directories it created when they are still empty', async () => {
    const output = await createOutputDir(join(dir, 'a', 'b'));
    await output.abandon();
    expect(await readdir(dir)).toEqual([]);
  });

  it('says why a directory cannot be created', async () => {
    await writeFile(join(dir, 'file'), '');
    await expect(createOutputDir(join(dir, 'file', 'out'))).rejects.toMatchObject({ code: 'OUTPUT', systemCode: 'ENOTDIR' });
  });

  it('keeps a directory that holds something, and what was there before', async () => {
    await mkdir(join(dir, 'mine'));
    const output = await createOutputDir(join(dir, 'mine', 'new'));
    await writeFile(join(output.path, 'checkpoint'), '');
    await output.abandon();
    expect(await readdir(join(dir, 'mine', 'new'))).toEqual(['checkpoint']);
    const empty = await createOutputDir(join(dir, 'mine'));
    await empty.abandon();
    expect(await readdir(dir)).toEqual(['mine']);
  });
});
