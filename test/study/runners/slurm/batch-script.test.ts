import { batchScript, type SlurmOptions } from '@ptychokit/study';
import { describe, expect, it } from 'vitest';

const script = (options: Partial<SlurmOptions> = {}): string =>
  batchScript({ name: 'ptychokit-train-1', taskFile: '/disk/e/tasks.json', tasks: 9, options: { directory: '/disk/e', ...options } });

describe('batchScript', () => {
  it('asks for one task per job and no more than is wanted', () => {
    const lines = script().split('\n');
    expect(lines[0]).toBe('#!/bin/bash');
    expect(lines).toContain('#SBATCH --array=0-8');
    expect(lines).toContain('#SBATCH --cpus-per-task=1');
    expect(lines).toContain('#SBATCH --output=/disk/e/ptychokit-train-1-%a.log');
    expect(script()).not.toMatch(/--partition|--time|--mem|--account/);
    expect(lines.at(-2)).toMatch(/^exec \/\S+ .*task\.\w+ \/disk\/e\/tasks\.json "\$SLURM_ARRAY_TASK_ID"$/);
  });

  it('hands every option on', () => {
    const wanted = {
      partition: 'main',
      concurrent: 4,
      time: '1-00:00',
      memory: '4G',
      cpus: 2,
      account: 'x1',
      lines: ['--nice=100', '--qos=low'],
    };
    const text = script(wanted);
    for (const line of ['array=0-8%4', 'partition=main', 'time=1-00:00', 'mem=4G', 'cpus-per-task=2', 'account=x1', 'nice=100', 'qos=low'])
      expect(text.split('\n'), line).toContain(`#SBATCH --${line}`);
  });

  it('keeps a folder together whatever its name', () => {
    const text = script({ directory: "/disk/50% of it's mine" });
    expect(text).toContain(`#SBATCH --output='/disk/50%% of it'\\''s mine/ptychokit-train-1-%a.log'\n`);
  });
});
