import type { ComplexArray } from '@ptychokit/config';
import { type ContractKey, DATASET_CONTRACT } from './contract.js';
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
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** Bytes of frames that {@link writeDataset} holds at once. */
const CHUNK_BYTES = 1 << 24;

/**
 * Writes a scan file of the data contract (DATA-001), frames piece by piece. Equal content gives equal bytes; the file appears when
 * {@link DatasetWriter.finish} has flushed it.
 */
export class DatasetWriter {
  readonly #writer: NpzWriter;
  readonly #pixels: number;

  private constructor(writer: NpzWriter, frameSize: number) {
    this.#writer = writer;
    this.#pixels = frameSize ** 2;
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
      return new DatasetWriter(writer, frameSize);
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
  finish(): Promise<void> {
    return this.#writer.finish();
  }

  /** Removes what was written; does nothing after {@link DatasetWriter.finish}. */
  abort(): Promise<void> {
    return this.#writer.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.abort();
  }
}

/**
 * Copies a scan, or a view of one ({@link RawData.subset}), into a file of the data contract, a chunk of frames at a time.
 *
 * @param options `metadata` replaces that of the scan
 */
export async function writeDataset(
  path: string,
  raw: RawData,
  options: NpzWriteOptions & { readonly metadata?: Readonly<Record<string, unknown>> } = {},
): Promise<void> {
  const writer = await DatasetWriter.create(path, { ...raw, metadata: options.metadata ?? raw.metadata }, options);
  try {
    const pixels = raw.frameSize ** 2;
    const chunk = Math.max(1, Math.min(raw.frameCount, Math.floor(CHUNK_BYTES / (4 * pixels))));
    const frames = new Float32Array(chunk * pixels);
    for (let first = 0; first < raw.frameCount; first += chunk) {
      const indices = Int32Array.from({ length: Math.min(chunk, raw.frameCount - first) }, (_, i) => first + i);
      await raw.frames.readFrames(indices, frames);
      await writer.append(frames.subarray(0, indices.length * pixels));
    }
    await writer.finish();
  } finally {
    await writer.abort();
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
