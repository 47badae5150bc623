import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

interface StderrCapture {
  /** Sends the process's stderr to an unnamed file; false if that failed. */
  begin(): boolean;
  /** Puts stderr back and returns what was written meanwhile. */
  end(): string;
}

const SILENT = 3;
const NOTICE = /^(?:I\d{4} |WARNING: All log messages before absl::InitializeLog|To enable the following instructions:)/;

/** What remains of TensorFlow's start-up output without its notices: the lines a person needs to see. */
export function withoutNotices(text: string): string {
  return text
    .split(/(?<=\n)/)
    .filter((line) => !NOTICE.test(line))
    .join('');
}

function openCapture(addonPath: string, env: NodeJS.ProcessEnv): StderrCapture | undefined {
  const path = join(dirname(addonPath), 'stderr_capture.node');
  const isWanted = Number(env.TF_CPP_MIN_LOG_LEVEL) >= SILENT;
  return isWanted && existsSync(path) ? (createRequire(import.meta.url)(path) as StderrCapture) : undefined;
}

/**
 * Runs `load` while notices of TensorFlow's libraries are kept off the terminal.
 *
 * The libraries log from their initialisers, before `TF_CPP_MIN_LOG_LEVEL` is read, so the level alone does not silence them.
 * Needs the small addon that the set-up builds beside the engine; without it, or with a level below 3, nothing is held back.
 * If loading fails, everything that was written is passed on.
 */
export async function loadQuietly<T>(addonPath: string, load: () => Promise<T>): Promise<T> {
  const capture = openCapture(addonPath, process.env);
  if (capture?.begin() !== true) return load();
  let loaded = false;
  try {
    const result = await load();
    loaded = true;
    return result;
  } finally {
    const text = capture.end();
    process.stderr.write(loaded ? withoutNotices(text) : text);
  }
}
