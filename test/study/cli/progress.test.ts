import { describe, expect, it } from 'vitest';
import type { CliIo } from '../../../packages/study/src/cli/cli-io.js';
import { createProgress } from '../../../packages/study/src/cli/progress.js';
import type { RunEvent } from '../../../packages/study/src/run-event.js';

function recordingIo(options: { readonly terminal: boolean; readonly columns?: number; readonly env?: Record<string, string> }) {
  const written: string[] = [];
  const time = { ms: 0 };
  const io: CliIo = {
    out: () => undefined,
    err: (text) => written.push(text),
    errIsTerminal: options.terminal,
    columns: () => options.columns ?? 100,
    env: options.env ?? {},
    now: () => time.ms,
  };
  return { io, written, time };
}

const start: RunEvent = {
  type: 'train',
  event: {
    type: 'start',
    epochs: 4,
    stepsPerEpoch: 10,
    parameters: 1000,
    groups: 160,
    validationGroups: 8,
    patternsPerEpoch: 160,
    loss: { nll: 1, mae: 0 },
    resumedFromEpoch: null,
    resumedFromStep: null,
  },
};
const step = (epoch: number, at: number): RunEvent => ({
  type: 'train',
  event: { type: 'step', epoch, step: at, stepsPerEpoch: 10, loss: 1.23456789, learningRate: 1e-3, patternsPerSecond: 62.5 },
});
const epoch = (number: number): RunEvent => ({
  type: 'train',
  event: { type: 'epoch', epoch: number, trainLoss: 1.5, valLoss: 1.25, learningRate: 1e-3, seconds: 8, patternsPerSecond: 20, best: true },
});

describe('createProgress', () => {
  it('redraws one line on a terminal, within its width', () => {
    const { io, written, time } = recordingIo({ terminal: true, columns: 90 });
    const progress = createProgress(io, { quiet: false });
    progress.report(start);
    for (let at = 1; at <= 10; at++) {
      time.ms += 800;
      progress.report(step(1, at));
    }
    const drawn = written.filter((text) => text.startsWith('\r'));
    expect(drawn).toHaveLength(10);
    expect(drawn.at(-1)).toMatch(/epoch 1\/4 \[=+ +\] loss 1\.2346 {2}63 patterns\/s {2}24 s left/);
    for (const text of drawn) expect(text.replace('\r\u001b[2K', '').length).toBeLessThan(90);
  });

  it('does not redraw more often than ten times a second', () => {
    const { io, written, time } = recordingIo({ terminal: true });
    const progress = createProgress(io, { quiet: false });
    progress.report(start);
    for (let at = 1; at <= 10; at++) {
      time.ms += 20;
      progress.report(step(1, at));
    }
    expect(written.filter((text) => text.startsWith('\r'))).toHaveLength(2);
  });

  it('prints one plain line per epoch in a pipe', () => {
    const { io, written, time } = recordingIo({ terminal: false });
    const progress = createProgress(io, { quiet: false });
    progress.report(start);
    for (const number of [1, 2]) {
      time.ms += 8000;
      progress.report(step(number, 5));
      progress.report(epoch(number));
    }
    expect(written).toEqual([
      'training: 160 groups + 8 for validation, 1000 parameters, 4 epochs, loss Poisson likelihood\n',
      'epoch 1/4  loss 1.5  val 1.25  20 patterns/s  8.0 s  24 s left  best\n',
      'epoch 2/4  loss 1.5  val 1.25  20 patterns/s  8.0 s  16 s left  best\n',
    ]);
  });

  it('prints a sign of life every ten seconds within a long epoch', () => {
    const { io, written, time } = recordingIo({ terminal: false });
    const progress = createProgress(io, { quiet: false });
    progress.report(start);
    for (let at = 1; at <= 10; at++) {
      time.ms += 4000;
      progress.report(step(1, at));
    }
    expect(written.slice(1)).toHaveLength(3);
    expect(written[1]).toContain('loss 1.2346');
  });

  it('counts only the epochs of this run for the time left', () => {
    const { io, written, time } = recordingIo({ terminal: false });
    const progress = createProgress(io, { quiet: false });
    progress.report({ type: 'train', event: { ...(start as Extract<RunEvent, { type: 'train' }>).event, resumedFromEpoch: 2 } as never });
    time.ms = 8000;
    progress.report(epoch(3));
    expect(written[0]).toContain('going on after epoch 2');
    expect(written[1]).toContain('8.0 s left');
  });

  it('writes nothing when quiet', () => {
    const { io, written } = recordingIo({ terminal: true });
    const progress = createProgress(io, { quiet: true });
    progress.report(start);
    progress.report(epoch(1));
    progress.note('text');
    progress.end();
    expect(written).toEqual([]);
  });

  it('is without colour when NO_COLOR is set', () => {
    const coloured = recordingIo({ terminal: true });
    const plain = recordingIo({ terminal: true, env: { NO_COLOR: '1' } });
    for (const { io } of [coloured, plain]) createProgress(io, { quiet: false }).report(epoch(1));
    expect(coloured.written.join('')).toContain('\u001b[32m');
    expect(plain.written.join('')).not.toContain('\u001b[');
  });
});
