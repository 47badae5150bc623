import { existsSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPtychoError } from '@ptychokit/config';
import type { FuzzOpener } from './openers.js';

/** What became of damaged files. */
export interface FuzzCounts {
  /** Opened and read, because the damage hit nothing that matters, or made another good file. */
  readonly read: number;
  /** Refused by a typed error. */
  readonly refused: number;
}

/** Memory that reading one damaged file of some kilobytes may take. */
export const LARGEST_GROWTH_BYTES = 400e6;

/** Tries damaged files with one opener; keeps count, and watches over memory, open files and leftovers. */
export class FuzzTrial {
  readonly #opener: FuzzOpener;
  readonly #folder: string;
  readonly #memmapDir: string;
  #read = 0;
  #refused = 0;
  #peak = peakBytes();

  /** @param folder for the damaged file and the cache; made if it is not there */
  constructor(opener: FuzzOpener, folder: string) {
    this.#opener = opener;
    this.#folder = folder;
    this.#memmapDir = join(folder, 'cache');
  }

  get counts(): FuzzCounts {
    return { read: this.#read, refused: this.#refused };
  }

  /** Path of the file that is tried now. */
  get path(): string {
    return join(this.#folder, `input.${this.#opener.extension}`);
  }

  /**
   * @throws Error a defect: an error that is not typed, too much memory, a file left open or a temporary file left behind
   */
  async try(bytes: Uint8Array): Promise<'read' | 'refused'> {
    await mkdir(this.#memmapDir, { recursive: true });
    await writeFile(this.path, bytes);
    const filesBefore = openFiles();
    const outcome = await this.#open();
    this.#assertClean(filesBefore);
    if (outcome === 'read') this.#read++;
    else this.#refused++;
    if ((this.#read + this.#refused) % 200 === 0) rmSync(this.#memmapDir, { recursive: true, force: true });
    return outcome;
  }

  async #open(): Promise<'read' | 'refused'> {
    try {
      await this.#opener.open(this.path, { memmapDir: this.#memmapDir });
      return 'read';
    } catch (error) {
      if (isPtychoError(error)) return 'refused';
      throw new Error(`${this.#opener.name}: an error that is not typed: ${String(error)}`, { cause: error });
    }
  }

  #assertClean(filesBefore: number | undefined): void {
    const peak = peakBytes();
    if (peak - this.#peak > LARGEST_GROWTH_BYTES)
      throw new Error(`${this.#opener.name}: memory grew by ${((peak - this.#peak) / 1e6).toFixed(0)} MB`);
    this.#peak = peak;
    const filesNow = openFiles();
    if (filesBefore !== undefined && filesNow !== undefined && filesNow > filesBefore)
      throw new Error(`${this.#opener.name}: a file was left open`);
    const left = existsSync(this.#memmapDir) ? readdirSync(this.#memmapDir).filter((name) => name.endsWith('.tmp')) : [];
    if (left.length > 0) throw new Error(`${this.#opener.name}: left behind: ${left.join(', ')}`);
  }
}

function peakBytes(): number {
  return 1024 * process.resourceUsage().maxRSS;
}

/** Number of open files, where the system tells. */
function openFiles(): number | undefined {
  return existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : undefined;
}
