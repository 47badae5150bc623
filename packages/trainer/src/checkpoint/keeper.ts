import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionConfig } from '@ptychokit/config';
import { NpzFile } from '@ptychokit/memmap-bridge';
import { CheckpointError } from '../errors.js';
import type { ParameterSpec } from '../models/parameters.js';
import { bestIndex, monitored } from '../training/history.js';
import { type Checkpoint, differences, type RunIdentity } from './checkpoint.js';
import { readCheckpoint, readHeader, writeCheckpoint } from './file.js';

const LAST = 'last.npz';
const RANKED = /^epoch=(\d+)-.*\.npz$/;

/** The checkpoints of one run: the last state, and the best epochs by the monitored number. */
export class CheckpointKeeper {
  readonly #directory: string;
  readonly #execution: ExecutionConfig;

  constructor(directory: string, execution: ExecutionConfig) {
    this.#directory = directory;
    this.#execution = execution;
  }

  get lastPath(): string {
    return join(this.#directory, LAST);
  }

  /**
   * The state to go on from, or null where there is none.
   *
   * @throws CheckpointError the last state is of another configuration or of other data; what differs is listed
   */
  async resume(run: RunIdentity, specs: readonly ParameterSpec[]): Promise<Checkpoint | null> {
    if (!existsSync(this.lastPath)) return null;
    await this.#assertSameRun(run);
    return readCheckpoint(this.lastPath, specs);
  }

  /** Writes the state of a run; after a finished epoch also keeps it among the best, if it is one of them. */
  async save(checkpoint: Checkpoint, specs: readonly ParameterSpec[]): Promise<string> {
    await mkdir(this.#directory, { recursive: true });
    await writeCheckpoint(this.lastPath, checkpoint, specs);
    if (checkpoint.progress.step === 0 && checkpoint.history.length > 0) await this.#rank(checkpoint);
    return this.lastPath;
  }

  async #assertSameRun(run: RunIdentity): Promise<void> {
    await using file = await NpzFile.open(this.lastPath);
    const header = await readHeader(file);
    const fields = differences(header, run);
    if (fields.length === 0) return;
    throw new CheckpointError(`The checkpoint is of another run; these differ: ${fields.join(', ')}`, {
      where: this.lastPath,
      fix: 'repeat the run with its own settings, or start anew with --no-resume or another output directory',
      fields,
    });
  }

  /** Gives the last state a second name: no file is ever changed in place, so that both stay whole. */
  async #keepLast(name: string): Promise<void> {
    const path = join(this.#directory, name);
    await rm(path, { force: true });
    // A file system without hard links gets a copy.
    await link(this.lastPath, path).catch(() => copyFile(this.lastPath, path));
  }

  async #rank(checkpoint: Checkpoint): Promise<void> {
    const { checkpointMonitor, checkpointMode, checkpointSaveTopK } = this.#execution;
    const remaining = [...checkpoint.history];
    const kept = new Map<number, string>();
    for (let rank = 0; rank < checkpointSaveTopK && remaining.length > 0; rank++) {
      const [record] = remaining.splice(bestIndex(remaining, { checkpointMonitor, checkpointMode }), 1);
      if (record === undefined) break;
      const value = monitored(record, checkpointMonitor).toPrecision(6);
      kept.set(record.epoch, `epoch=${record.epoch}-${checkpointMonitor}=${value}.npz`);
    }
    const latest = kept.get(checkpoint.progress.epoch);
    if (latest !== undefined) await this.#keepLast(latest);
    const names = new Set(kept.values());
    for (const name of await readdir(this.#directory)) {
      if (RANKED.test(name) && !names.has(name)) await rm(join(this.#directory, name), { force: true });
    }
  }
}
