import type { RunEvent } from '../run-event.js';
import type { CliIo } from './cli-io.js';
import { painter } from './colour.js';
import { matrixText } from './matrix-text.js';
import { progressBar } from './progress-bar.js';
import { pipeScreen, terminalScreen } from './progress-screen.js';
import { solveText } from './solve-text.js';
import { trainingText } from './training-text.js';

/** Shows how a run goes, on standard error. */
export interface Progress {
  readonly report: (event: RunEvent) => void;
  /** A line of its own, above whatever is being redrawn. */
  readonly note: (text: string) => void;
  /** Leaves the terminal in order; called once, also after an error. */
  readonly end: () => void;
}

const SILENT: Progress = { report: () => undefined, note: () => undefined, end: () => undefined };

/** A line that is redrawn on a terminal, plain lines elsewhere, nothing when quiet. */
export function createProgress(io: CliIo, { quiet }: { readonly quiet: boolean }): Progress {
  if (quiet) return SILENT;
  const screen = io.errIsTerminal ? terminalScreen(io) : pipeScreen(io);
  const paint = painter(io);
  const describe = trainingText(io, paint);
  const describeSolve = solveText(io, paint);
  let matrix = matrixText(io, paint);
  const report = (event: RunEvent): void => {
    if (event.type === 'phase') {
      // The jobs of the next phase are others.
      matrix = matrixText(io, paint);
      screen.line(paint('bold', `phase ${event.letter} (${event.index + 1} of ${event.count}): ${event.title}`));
    } else if (event.type === 'job' || (event.type === 'job-event' && matrix.isMany)) {
      const { line, moving } = matrix.describe(event);
      if (line !== undefined) screen.line(line);
      if (moving !== undefined) screen.update(moving);
    } else if (event.type === 'job-event') {
      report(event.event);
    } else if (event.type === 'train' || event.type === 'solve') {
      const line = event.type === 'train' ? describe(event.event) : describeSolve(event.event);
      if (line?.moving === true) screen.update(line.text);
      else if (line !== undefined) screen.line(line.text);
    } else if (event.type === 'count') {
      const { label, done, total } = event;
      screen.update(`${label} ${progressBar(total === 0 ? 1 : done / total, io.columns())} ${done}/${total}`, done >= total);
    } else if (event.type === 'note') {
      screen.line(`${paint('yellow', 'note:')} ${event.text}`);
    } else {
      screen.line(event.detail === undefined ? event.stage : `${event.stage}: ${event.detail}`);
    }
  };
  return { report, note: (text) => screen.line(text.trimEnd()), end: screen.end };
}
