import type { CliIo } from './cli-io.js';

/** Where progress appears. */
export interface ProgressScreen {
  /** Replaces the moving line on a terminal; in a pipe, prints a line now and then. `last` is never dropped. */
  readonly update: (text: string, last?: boolean) => void;
  /** Prints a line that stays. */
  readonly line: (text: string) => void;
  /** Takes the moving line away. */
  readonly end: () => void;
}

/** Without other output, a pipe gets a sign of life this often. */
const LINE_INTERVAL_MS = 10_000;
const REDRAW_INTERVAL_MS = 100;
const CLEAR = '\r\u001b[2K';

/** One line that is redrawn. */
export function terminalScreen(io: CliIo): ProgressScreen {
  let isDrawn = false;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const end = (): void => {
    if (isDrawn) io.err(CLEAR);
    isDrawn = false;
  };
  return {
    update: (text, last = false) => {
      if (!last && io.now() - drawnAt < REDRAW_INTERVAL_MS) return;
      drawnAt = io.now();
      isDrawn = true;
      io.err(CLEAR + text.slice(0, io.columns() - 1));
    },
    line: (text) => {
      end();
      io.err(`${text}\n`);
    },
    end,
  };
}

/** Lines only. */
export function pipeScreen(io: CliIo): ProgressScreen {
  let printedAt = io.now();
  const line = (text: string): void => {
    printedAt = io.now();
    io.err(`${text}\n`);
  };
  return {
    update: (text) => {
      if (io.now() - printedAt >= LINE_INTERVAL_MS) line(text);
    },
    line,
    end: () => undefined,
  };
}
