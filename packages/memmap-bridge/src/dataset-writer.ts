import type { ComplexArray } from '@ptychokit/config';
import { type ContractKey, DATASET_CONTRACT } from './contract.js';
import type { PatchSource } from './frame-source.js';
import { countBadValues } from './frame-values.js';
import { type NpzWriteOptions, NpzWriter } from './npz/write.js';
import type { RawData } from './raw-data.js';

/** Everything of a scan but its frames. */
export interface DatasetFields {
  readonly frameCount: number;
  /** Pixels along one side of a frame (N). */
  readonly frameSize: number;
  /** Object pixels, `[n]`. */
  readonly xcoords: Float64Array;
  readonly ycoords: Float64Array;
  readonly xcoordsStart?: Float64Array | undefined;
  readonly ycoordsStart?: Float64Array | undefined;
  /** `[n]`. */
  readonly scanIndex?: Int32Array | undefined;
  /** `[N, N]` or `[modes, N, N]`. */
  readonly probeGuess: ComplexArray;
  /** `[H, W]`. */
  readonly objectGuess?: ComplexArray | undefined;
  /** Truth patch of each frame; read when the frames are complete. */
  readonly truthPatches?: PatchSource | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** Bytes of images that are held at once. */
const CHUNK_BYTES = 1 << 24;

/**
 * Writes a scan file of the data contract (DATA-001), frames piece by piece. Equal content gives equal bytes; the file appears when
 * {@link DatasetWriter.finish} has flushed it.
 */
export class DatasetWriter {
  readonly #writer: NpzWriter;
  readonly #pixels: number;
  readonly #truthPatches: PatchSource | undefined;

  private constructor(writer: NpzWriter, fields: DatasetFields) {
    this.#writer = writer;
    this.#pixels = fields.frameSize ** 2;
    this.#truthPatches = fields.truthPatches;
  }

  /**
   * @throws RangeError fields whose lengths do not belong together
   * @throws DataFileError the folder cannot be written
   */
  static async create(path: string, fields: DatasetFields, options: NpzWriteOptions = {}): Promise<DatasetWriter> {
    assertFields(fields);
    const { frameCount, frameSize } = fields;
    const writer = await NpzWriter.create(path, options);
    try {
      await addFields(writer, fields);
      const { key, type } = DATASET_CONTRACT.diffraction;
      await writer.begin(key, { type, shape: [frameCount, frameSize, frameSize] });
      return new DatasetWriter(writer, fields);
    } catch (error) {
      await writer.abort();
      throw error;
    }
  }

  /**
   * Appends whole frames of amplitudes, `[k, N, N]`.
   *
   * @throws RangeError no whole number of frames, more frames than announced, or values that no amplitude has
   */
  async append(frames: Float32Array): Promise<void> {
    if (frames.length % this.#pixels !== 0)
      throw new RangeError(`expected whole frames of ${this.#pixels} pixels, got ${frames.length} values`);
    const bad = countBadValues(frames);
    if (bad > 0) throw new RangeError(`expected amplitudes, got ${bad} pixels that are NaN, infinite or negative`);
    await this.#writer.append(frames);
  }

  /** @throws RangeError fewer frames than announced; the file is not written */
  async finish(): Promise<void> {
    if (this.#truthPatches !== undefined) await addPatches(this.#writer, this.#truthPatches);
    await this.#writer.finish();
  }

  /** Removes what was written; does nothing after {@link DatasetWriter.finish}. */
  abort(): Promise<void> {
    return this.#writer.abort();
  }

  /** Closes it at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.abort();
  }
}

/** Options of {@link writeDataset}. */
export interface WriteDatasetOptions extends NpzWriteOptions {
  /** Replaces the metadata of the scan. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** Changes frames on their way, `[k, N, N]`, in place or anew; default: none. */
  readonly convert?: ((frames: Float32Array) => Float32Array) | undefined;
  /** Stops the copy; nothing is left behind. */
  readonly signal?: AbortSignal | undefined;
}

/** Copies a scan, or a view of one ({@link RawData.subset}), into a file of the data contract, a chunk of frames at a time. */
export async function writeDataset(path: string, raw: RawData, options: WriteDatasetOptions = {}): Promise<void> {
  const writer = await DatasetWriter.create(
    path,
    {
      ...raw,
      xcoordsStart: raw.xcoordsStart === raw.xcoords ? undefined : raw.xcoordsStart,
      ycoordsStart: raw.ycoordsStart === raw.ycoords ? undefined : raw.ycoordsStart,
      metadata: options.metadata ?? raw.metadata,
    },
    options,
  );
  try {
    const pixels = raw.frameSize ** 2;
    for (const indices of chunks(raw.frameCount, pixels)) {
      options.signal?.throwIfAborted();
      const frames = new Float32Array(indices.length * pixels);
      await raw.frames.readFrames(indices, frames);
      await writer.append(options.convert?.(frames) ?? frames);
    }
    await writer.finish();
  } finally {
    await writer.abort();
  }
}

async function addPatches(writer: NpzWriter, patches: PatchSource): Promise<void> {
  const { patchCount, patchSize } = patches;
  const { key, type } = DATASET_CONTRACT.Y;
  const parts = 2 * patchSize ** 2;
  await writer.begin(key, { type, shape: [patchCount, patchSize, patchSize] });
  for (const indices of chunks(patchCount, parts)) {
    const values = new Float32Array(indices.length * parts);
    await patches.readPatches(indices, values);
    await writer.append(values);
  }
}

/** All indices in order, as many at a time as fit into the memory for images. */
function* chunks(count: number, length: number): Generator<Int32Array> {
  const chunk = Math.max(1, Math.floor(CHUNK_BYTES / (4 * length)));
  for (let first = 0; first < count; first += chunk) {
    yield Int32Array.from({ length: Math.min(chunk, count - first) }, (_, i) => first + i);
  }
}

async function addFields(writer: NpzWriter, fields: DatasetFields): Promise<void> {
  const arrays: Partial<Record<ContractKey, Float64Array | Int32Array | ComplexArray | string | undefined>> = {
    xcoords: fields.xcoords,
    ycoords: fields.ycoords,
    probeGuess: fields.probeGuess,
    objectGuess: fields.objectGuess,
    scan_index: fields.scanIndex,
    xcoords_start: fields.xcoordsStart,
    ycoords_start: fields.ycoordsStart,
    // Shapes do not tell the axes apart: the file says which counts the frames.
    frames_first: fields.frameCount === fields.frameSize ? Int32Array.of(1) : undefined,
    _metadata: fields.metadata && JSON.stringify(fields.metadata),
  };
  for (const [key, value] of Object.entries(arrays)) if (value !== undefined) await writer.add(key, value);
}

function assertFields(fields: DatasetFields): void {
  const { frameCount, frameSize } = fields;
  if (!(Number.isInteger(frameCount) && frameCount > 0)) throw new RangeError(`expected at least one frame, got ${frameCount}`);
  for (const key of ['xcoords', 'ycoords', 'xcoordsStart', 'ycoordsStart', 'scanIndex'] as const) {
    const length = fields[key]?.length ?? frameCount;
    if (length !== frameCount) throw new RangeError(`expected ${key} of length ${frameCount}, got ${length}`);
  }
  const { shape } = fields.probeGuess;
  if (shape.at(-1) !== frameSize || shape.at(-2) !== frameSize)
    throw new RangeError(`expected a probe of ${frameSize} x ${frameSize} pixels, got [${shape}]`);
}
