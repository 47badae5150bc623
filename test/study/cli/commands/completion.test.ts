import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { startProcess } from '../../../support/run-cli.js';

const run = (...argv: string[]): ReturnType<typeof startProcess>['outcome'] => startProcess(argv).outcome;

/** What is offered for a command line, without the descriptions. */
async function offered(...words: string[]): Promise<string[]> {
  const { stdout } = await run('complete', '--', ...words);
  return stdout.split('\n').map((line) => line.split('\t')[0] as string);
}

describe('ptychokit completion', () => {
  it.for(['bash', 'zsh', 'fish'])('prints a script for %s that the shell can read', async (shell, { skip }) => {
    const { code, stdout } = await run('completion', shell);
    expect(code).toBe(0);
    expect(stdout).toContain('ptychokit');
    const check = spawnSync(shell, ['-n'], { input: stdout, encoding: 'utf8' });
    if (check.error !== undefined) skip(`${shell} is not installed`);
    expect(check.stderr).toBe('');
    expect(check.status).toBe(0);
  });

  it('offers commands, flags and the values of a flag', async () => {
    expect(await offered('')).toEqual(expect.arrayContaining(['fit', 'solve', 'study']));
    expect(await offered('fit', '--grid')).toContain('--gridsize');
    expect(await offered('fit', '--logger', '')).toEqual(expect.arrayContaining(['csv', 'tensorboard', 'none']));
  });

  it('names the shells it knows when asked for another', async () => {
    const { code, stderr } = await run('completion', 'tcsh');
    expect(code).toBe(2);
    expect(stderr).toMatch(/bash/);
  });
});
