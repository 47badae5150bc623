import { Hdf5Error, SourceClosedError } from '../errors.js';
import type { FrameSource } from '../frame-source.js';
import { assertCleanFrames } from '../frame-values.js';
import { assertGather } from '../gather.js';
import type { Hdf5File } from '../hdf5/reader.js';
import { BlockCache } from './block-cache.js';
import type { DetectorWindow } from './detector-window.js';
import { type PixelRules, toAmplitudes } from './pixel-values.js';

/** A dataset of frames, `[rows, H, W]`. */
export interface FrameDataset {
  readonly file: Hdf5File;
  readonly path: string;
  readonly rows: number;
  /** Dataset of weights of the same shape; pixels with weights above 0 are good. */
  readonly weights?: string | undefined;
}

/** Frames of a scan in HDF5 datasets. */
export interface Hdf5Frames {
  readonly datasets: readonly FrameDataset[];
  /** Row of each frame, counted through all datasets, `[n]`. */
  readonly order: Int32Array;
  readonly window: DetectorWindow;
  readonly rules: PixelRules;
}

/** Frames that were read together are kept for the next gather, up to this many bytes. */
const CACHE_BYTES = 1 << 26;

/** Rows of one chunk are read together, up to this many bytes. */
const BLOCK_BYTES = 1 << 23;

/** Frames in HDF5 datasets, read by hyperslab and turned into amplitudes on the way; memory does not grow with the scan. */
export class Hdf5FrameSource implements FrameSource {
  readonly frameCount: number;
  readonly frameSize: number;
  readonly #frames: Hdf5Frames;
  readonly #starts: readonly number[];
  readonly #blockRows: readonly number[];
  readonly #cache = new BlockCache(CACHE_BYTES);
  #closed = false;

  /** Owns the files of its datasets. */
  constructor(frames: Hdf5Frames) {
    this.#frames = frames;
    this.frameCount = frames.order.length;
    this.frameSize = frames.window.size;
    let start = 0;
    this.#starts = frames.datasets.map(({ rows }) => {
      start += rows;
      return start - rows;
    });
    this.#blockRows = frames.datasets.map((dataset) => blockRows(dataset, this.frameSize));
  }

  async readFrames(indices: ArrayLike<number>, into: Float32Array): Promise<void> {
    if (this.#closed) throw new SourceClosedError('The frames were closed', { where: this.#frames.datasets[0]?.file.path });
    const pixels = this.frameSize ** 2;
    assertGather(indices, into, { count: this.frameCount, length: pixels });
    for (let k = 0; k < indices.length; k++) {
      const { block, at } = this.#locate(this.#frames.order[indices[k] as number] as number);
      into.set(block.subarray(at * pixels, (at + 1) * pixels), k * pixels);
    }
    assertCleanFrames(into, { indices, pixels, path: this.#frames.datasets[0]?.file.path ?? 'HDF5' });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cache.clear();
    for (const file of new Set(this.#frames.datasets.map((dataset) => dataset.file))) await file.close();
  }

  #locate(row: number): { readonly block: Float32Array; readonly at: number } {
    let part = this.#starts.length - 1;
    while (part > 0 && (this.#starts[part] as number) > row) part--;
    const rows = this.#blockRows[part] as number;
    const local = row - (this.#starts[part] as number);
    const first = Math.floor(local / rows) * rows;
    const block = this.#cache.get(`${part}:${first}`, () => this.#readBlock(part, { first, rows }));
    return { block, at: local - first };
  }

  #readBlock(part: number, { first, rows }: { readonly first: number; readonly rows: number }): Float32Array {
    const { file, path, rows: all, weights } = this.#frames.datasets[part] as FrameDataset;
    const { row, column, size } = this.#frames.window;
    const count = Math.min(rows, all - first);
    const box = { start: [first, row, column], count: [count, size, size] };
    const into = new Float32Array(count * size * size);
    const stored = readBox(file, path, box);
    const given = weights === undefined ? undefined : readBox(file, weights, box);
    toAmplitudes(stored, { weights: given, into, rules: this.#frames.rules });
    return into;
  }
}

/** A chunk is inflated as a whole, so its rows are taken together. */
function blockRows({ file, path, rows }: FrameDataset, size: number): number {
  const { chunks } = file.storage(path);
  const fitting = Math.max(1, Math.floor(BLOCK_BYTES / (4 * size * size)));
  return Math.max(1, Math.min(chunks?.[0] ?? 1, fitting, rows));
}

/** Damage shows when a chunk is read; filters that the library lacks do too. */
function readBox(file: Hdf5File, path: string, box: Parameters<Hdf5File['readBox']>[1]): ReturnType<Hdf5File['readBox']> {
  try {
    return file.readBox(path, box);
  } catch (cause) {
    if (!(cause instanceof Hdf5Error)) throw cause;
    const unknown = file.storage(path).filters.filter((name) => !READ_FILTERS.has(name));
    if (unknown.length === 0) throw cause;
    throw new Hdf5Error(`The frames are compressed with ${unknown.join(', ')}, which this library does not read`, {
      where: cause.where,
      fix: 'write them with deflate, for example: h5repack -f GZIP=1 <file> <new file>',
      cause,
    });
  }
}

const READ_FILTERS = new Set(['deflate', 'shuffle', 'fletcher32', 'szip', 'nbit', 'scaleoffset']);
