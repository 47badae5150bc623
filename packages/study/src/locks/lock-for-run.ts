import { type RunOptions, runServices } from '../compose.js';
import { type DirectoryLock, lockDirectory } from './directory-lock.js';

/**
 * {@link lockDirectory} for a run: its signal ends the waiting, and a note says whom it waits for.
 *
 * @throws LockedError another process holds it, and `wait` is off
 * @throws InterruptedError aborted while waiting
 * @throws OutputError the lock cannot be written
 */
export function lockForRun(dir: string, options: RunOptions & { readonly wait: boolean | undefined }): Promise<DirectoryLock> {
  const { signal, onEvent } = runServices(options);
  return lockDirectory(dir, {
    wait: options.wait,
    signal,
    onWait: ({ pid, host }) => onEvent({ type: 'note', text: `waiting for process ${pid} on ${host} to leave ${dir}` }),
  });
}
