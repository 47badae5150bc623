import type { Stats } from 'node:fs';

/** A file that the library's runtime has open. */
export interface RuntimeStream {
  readonly fd: number;
}

/** The part of the library's runtime that opens files. */
interface RuntimeFileSystem {
  readonly streams: readonly (RuntimeStream | null | undefined)[];
  close(stream: RuntimeStream): void;
  fstat(fd: number): Stats;
}

/**
 * The files that the library has open.
 *
 * An error inside the library leaves open what it was working on: the temporary file with the trace of the error, groups and datasets,
 * and with those the file they are in. So files are closed here, whether the library let go of them or not. It would also find a file it
 * did not let go of again, by its inode, and take what it remembers of it for the content of a good file that was written in its place;
 * therefore every opening shows it another inode.
 */
export class RuntimeFiles {
  readonly #system: RuntimeFileSystem;

  /** @param system `FS` of the library's module */
  constructor(system: unknown) {
    this.#system = system as RuntimeFileSystem;
    const inodes = new WeakMap<RuntimeStream, number>();
    const { fstat } = this.#system;
    let last = 0;
    this.#system.fstat = (fd) => {
      const stats = fstat.call(this.#system, fd);
      const stream = this.#system.streams[fd];
      if (stream === null || stream === undefined) return stats;
      const inode = inodes.get(stream) ?? ++last;
      inodes.set(stream, inode);
      stats.ino = inode;
      return stats;
    };
  }

  /** What is open now. */
  open(): ReadonlySet<RuntimeStream> {
    return new Set(this.#system.streams.filter((stream) => stream !== null && stream !== undefined));
  }

  /** Closes what was opened since `before` and is open still. */
  closeSince(before: ReadonlySet<RuntimeStream>): void {
    for (const stream of this.open()) if (!before.has(stream)) this.#system.close(stream);
  }

  /** Closes those of the streams that are open still. */
  closeAll(streams: Iterable<RuntimeStream>): void {
    const open = this.open();
    for (const stream of streams) if (open.has(stream)) this.#system.close(stream);
  }
}
