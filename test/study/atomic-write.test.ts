import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomically, writeJsonAtomically } from '../../packages/study/src/atomic-write.js';
import { OutputError } from '../../packages/study/src/errors.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ptychokit-atomic-'));
});
afterEach(() => rm(dir, { recursive: true }));

describe('writeFileAtomically', () => {
  it('replaces a file and leaves nothing else in the directory', async () => {
    const path = join(dir, 'run.json');
    await writeFile(path, 'old');
    await writeJsonAtomically(path, { a: 1 });
    expect(await readFile(path, 'utf8')).toBe('{\n  "a": 1\n}\n');
    expect(await readdir(dir)).toEqual(['run.json']);
  });

  it('says what is wrong when the directory is a file', async () => {
    await writeFile(join(dir, 'out'), '');
    const failure = writeFileAtomically(join(dir, 'out', 'x.png'), 'x');
    await expect(failure).rejects.toThrow(OutputError);
    await expect(failure).rejects.toMatchObject({ code: 'OUTPUT', systemCode: 'ENOTDIR' });
  });

  it('leaves no temporary file when the target cannot be replaced', async () => {
    await expect(writeFileAtomically(join(dir, '.'), 'x')).rejects.toThrow(OutputError);
    expect(await readdir(dir)).toEqual([]);
  });
});
