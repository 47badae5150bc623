/** What the command line touches of the world; tests pass their own. */
export interface CliIo {
  /** Writes results to standard output. */
  readonly out: (text: string) => void;
  /** Writes progress and errors to standard error. */
  readonly err: (text: string) => void;
  /** True when standard error is a terminal, so that a line may be redrawn. */
  readonly errIsTerminal: boolean;
  /** Width of that terminal in characters. */
  readonly columns: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that only go forward. */
  readonly now: () => number;
}

/** Standard streams of this process. A reader that has gone away (EPIPE) is no reason to stop a job: its output is dropped. */
export function processIo(): CliIo {
  const { stdout, stderr } = process;
  return {
    out: writer(stdout),
    err: writer(stderr),
    errIsTerminal: stderr.isTTY === true && process.env.TERM !== 'dumb',
    columns: () => stderr.columns ?? 80,
    env: process.env,
    now: () => performance.now(),
  };
}

function writer(stream: NodeJS.WriteStream): (text: string) => void {
  let open = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    open = false;
  });
  return (text) => {
    if (open) stream.write(text);
  };
}
