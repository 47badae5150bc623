import { describe, expect, it } from 'vitest';
import type { JobOutcome, StudyJob } from '../../../packages/study/src/runners/job-phase.js';
import { wholeMatrix } from '../../../packages/study/src/runners/whole-matrix.js';

const job = (name: string): StudyJob => ({ artifactDir: `/models/${name}`, logPath: `/models/${name}/log` }) as StudyJob;
const outcome = (error: string): JobOutcome => ({ status: 'failed', error }) as JobOutcome;
const [first, second, third] = [job('first'), job('second'), job('third')];

describe('wholeMatrix', () => {
  it('puts what a run did between what stands of earlier ones, and leaves out what does not stand', async () => {
    const whole = await wholeMatrix({
      jobs: [second],
      results: [outcome('now')],
      all: [first, second, third],
      standing: async (one) => (one === first ? outcome('before') : null),
    });
    expect(whole.jobs).toEqual([first, second]);
    expect(whole.results.map(({ error }) => error)).toEqual(['before', 'now']);
  });

  it('never loses a job of the run, also where its input is gone by now', async () => {
    const whole = await wholeMatrix({
      jobs: [first, second],
      results: [outcome('a'), outcome('b')],
      all: [first],
      standing: async () => null,
    });
    expect(whole.jobs).toEqual([first, second]);
    expect(whole.results.map(({ error }) => error)).toEqual(['a', 'b']);
  });
});
