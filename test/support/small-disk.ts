import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** A file system of its own in memory. */
export interface SmallDisk {
  readonly path: string;
  /** Makes it so large from now on, for example `64m`. */
  readonly resize: (size: string) => void;
  readonly unmount: () => void;
}

/** Mounts a file system of a given size, for example `1m`; undefined where that is not allowed. */
export function mountSmallDisk(path: string, size: string): SmallDisk | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  mkdirSync(path, { recursive: true });
  const mount = (options: string): unknown => execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path], { stdio: 'ignore' });
  try {
    mount(`size=${size}`);
  } catch {
    return undefined;
  }
  return { path, resize: (larger) => mount(`remount,size=${larger}`), unmount: () => execFileSync('umount', [path]) };
}
