import type { TrainingConfig } from '@ptychokit/config';
import { SourceClosedError } from './errors.js';
import { type OpenScanOptions, openScan } from './open-scan.js';
import type { RawData } from './raw-data.js';

/** Gives access to one scan; whoever made it closes it. */
export interface DatasetBridge {
  /** The scan, opened on the first call; every call gives the same object. */
  rawData(): Promise<RawData>;
  /** Closes the files of the scan; may be called more than once. */
  close(): Promise<void>;
  /** Closes it at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Makes the bridge to the scan at `path` for the job that `config` describes. */
export type BridgeFactory = (path: string, config: TrainingConfig) => DatasetBridge;

/** How a {@link MemmapDatasetBridge} opens its file. */
export interface MemmapBridgeOptions extends OpenScanOptions {
  /** Opens the scan; default {@link openScan}. */
  readonly open?: (path: string, options: OpenScanOptions) => Promise<RawData>;
}

/** The bridge to a scan on disk: opened when first asked for, frames read where they lie, memory bounded. */
export class MemmapDatasetBridge implements DatasetBridge {
  readonly path: string;
  readonly config: TrainingConfig;
  readonly #options: MemmapBridgeOptions;
  #raw: Promise<RawData> | undefined;
  #closed = false;

  constructor(path: string, config: TrainingConfig, options: MemmapBridgeOptions = {}) {
    this.path = path;
    this.config = config;
    this.#options = options;
  }

  /**
   * @throws DatasetContractError the file does not obey DATA-001, with every violation
   * @throws DataFileError the file cannot be read
   * @throws SourceClosedError the bridge was closed
   */
  rawData(): Promise<RawData> {
    if (this.#closed) return Promise.reject(new SourceClosedError('The bridge was closed', { where: this.path }));
    this.#raw ??= this.#open();
    return this.#raw;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const raw = await this.#raw?.catch(() => undefined);
    await raw?.close();
  }

  /** Closes it at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #open(): Promise<RawData> {
    const { open = openScan, ...options } = this.#options;
    try {
      return await open(this.path, options);
    } catch (error) {
      this.#raw = undefined; // a file that was missing or unfinished may be there the next time
      throw error;
    }
  }
}

/** A factory of {@link MemmapDatasetBridge} with the given options. */
export function createMemmapBridgeFactory(options: MemmapBridgeOptions = {}): BridgeFactory {
  return (path, config) => new MemmapDatasetBridge(path, config, options);
}

/** The production factory: {@link MemmapDatasetBridge} with default options. */
export const memmapBridgeFactory: BridgeFactory = createMemmapBridgeFactory();
