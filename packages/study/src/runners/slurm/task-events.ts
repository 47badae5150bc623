import { open } from 'node:fs/promises';
import type { RunEvent } from '../../run-event.js';

/** Reads what a task has reported since the last look. */
export class TaskEvents {
  readonly #path: string;
  #offset = 0;
  #rest = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** New events, in order; none where there is no file (yet). */
  async read(): Promise<readonly RunEvent[]> {
    const file = await open(this.#path, 'r').catch(() => undefined);
    if (file === undefined) return [];
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(Math.max(0, size - this.#offset));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, this.#offset);
      this.#offset += bytesRead;
      // A line is whole before it counts; events are ASCII but for what names may hold, which JSON never splits over lines.
      const lines = (this.#rest + bytes.toString('latin1', 0, bytesRead)).split('\n');
      this.#rest = lines.pop() ?? '';
      return lines.flatMap(parseEvent);
    } finally {
      await file.close();
    }
  }
}

function parseEvent(line: string): readonly RunEvent[] {
  try {
    return [JSON.parse(Buffer.from(line, 'latin1').toString('utf8')) as RunEvent];
  } catch {
    return []; // torn by a node that failed in the middle of it
  }
}
