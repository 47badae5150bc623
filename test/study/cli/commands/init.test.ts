import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { studyDesignFrom } from '@ptychokit/study';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runInProcess } from '../../../support/run-cli.js';

describe('ptychokit init', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ptychokit-init-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('writes a design that reads back as the profile, and its schema beside it', async () => {
    const folder = join(dir, 'deep', 'study');
    const { code, stdout } = await runInProcess(['init', folder, '--profile', 'quick']);
    expect(code).toBe(0);
    const file = join(folder, 'study.yaml');
    expect(stdout).toContain(`ptychokit study --design ${file}`);
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=study_design\.schema\.json\n/);
    expect(studyDesignFrom({ file })).toEqual(studyDesignFrom({ profile: 'quick' }));
    const schema = JSON.parse(await readFile(join(folder, 'study_design.schema.json'), 'utf8')) as { properties: object };
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(['doses', 'views', 'training']));
  });

  it('leaves a design alone that is there, unless told otherwise', async () => {
    const file = join(dir, 'study.yaml');
    await writeFile(file, 'doses: [1e4]\n');
    const refused = await runInProcess(['init', dir]);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('--force');
    expect(await readFile(file, 'utf8')).toBe('doses: [1e4]\n');
    const replaced = await runInProcess(['init', dir, '--force', '--json']);
    expect(JSON.parse(replaced.stdout)).toEqual({ design: file, schema: join(dir, 'study_design.schema.json') });
    expect(studyDesignFrom({ file })).toEqual(studyDesignFrom({ profile: 'standard' }));
  });
});
