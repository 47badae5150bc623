import type { ComplexArray, LegacyParams, TrainingConfig } from '@ptychokit/config';
import type { FrameSource, PatchSource } from './frame-source.js';
import type { GroupedData } from './grouping/grouped-data.js';
import { groupFrames } from './grouping/groups.js';
import { groupingOptions } from './grouping/options.js';
import { InMemoryFrameSource } from './in-memory-frame-source.js';
import type { ScanOrigin } from './scan-origin.js';
import { SubsetFrameSource, SubsetPatchSource } from './subset-source.js';

/** What a {@link RawData} is made of; optional fields take the defaults of the data contract. */
export interface RawDataFields {
  readonly frames: FrameSource;
  /** Positions in object pixels, `[n]`. */
  readonly xcoords: Float64Array;
  readonly ycoords: Float64Array;
  /** Nominal positions, `[n]`; default: the positions. */
  readonly xcoordsStart?: Float64Array | undefined;
  readonly ycoordsStart?: Float64Array | undefined;
  /** Scan each frame belongs to, `[n]`; default: all 0. */
  readonly scanIndex?: Int32Array | undefined;
  /** `[N, N]` or `[modes, N, N]`. */
  readonly probeGuess: ComplexArray;
  /** `[H, W]`. */
  readonly objectGuess?: ComplexArray | undefined;
  readonly truthPatches?: PatchSource | undefined;
  /** 1 where a detector pixel is bad in every frame, `[N, N]`; frames are 0 there. */
  readonly badPixels?: Uint8Array | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly source?: string | undefined;
  readonly conversions?: readonly string[] | undefined;
  /** Default: arrays in memory, nothing said. */
  readonly origin?: ScanOrigin | undefined;
}

/** Arrays in memory that make a {@link RawData}, for notebooks, tests and simulations. */
export interface RawDataArrays extends Omit<RawDataFields, 'frames'> {
  /** Amplitudes, `[n, N, N]`. */
  readonly diffraction: Float32Array;
  readonly frameSize: number;
}

/**
 * One scan: where the frames were taken, what is known of probe and object, and access to the frames themselves.
 *
 * Coordinates, probe and object are in memory; frames stay where they are until {@link FrameSource.readFrames} asks for them.
 */
export class RawData {
  readonly frames: FrameSource;
  readonly frameSize: number;
  readonly frameCount: number;
  readonly xcoords: Float64Array;
  readonly ycoords: Float64Array;
  readonly xcoordsStart: Float64Array;
  readonly ycoordsStart: Float64Array;
  readonly scanIndex: Int32Array;
  readonly probeGuess: ComplexArray;
  /** `[H, W]`. Values of a large one are read from the file when they are first asked for, which throws what opening a scan throws. */
  readonly objectGuess: ComplexArray | undefined;
  /** Truth patch of each frame, where the file carries them (`Y`). */
  readonly truthPatches: PatchSource | undefined;
  /** 1 where a detector pixel is bad in every frame, `[N, N]`, where the file says so; frames are 0 there. */
  readonly badPixels: Uint8Array | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Path, or a description, of where the data is from. */
  readonly source: string;
  /** What was renamed, converted or left out when the data was opened, one sentence each. */
  readonly conversions: readonly string[];
  readonly origin: ScanOrigin;

  /** @throws RangeError arrays whose lengths or shapes do not belong together */
  constructor(fields: RawDataFields) {
    this.frames = fields.frames;
    this.frameSize = fields.frames.frameSize;
    this.frameCount = fields.frames.frameCount;
    this.xcoords = fields.xcoords;
    this.ycoords = fields.ycoords;
    this.xcoordsStart = fields.xcoordsStart ?? fields.xcoords;
    this.ycoordsStart = fields.ycoordsStart ?? fields.ycoords;
    this.scanIndex = fields.scanIndex ?? new Int32Array(this.frameCount);
    this.probeGuess = fields.probeGuess;
    this.objectGuess = fields.objectGuess;
    this.truthPatches = fields.truthPatches;
    this.badPixels = fields.badPixels;
    this.metadata = fields.metadata ?? {};
    this.source = fields.source ?? 'arrays in memory';
    this.conversions = fields.conversions ?? [];
    this.origin = fields.origin ?? { files: [], hints: {} };
    assertSizes(this);
  }

  /** A scan of arrays that are in memory already; the arrays are used, not copied. */
  static fromArrays(arrays: RawDataArrays): RawData {
    const { diffraction, frameSize, ...rest } = arrays;
    const frames = new InMemoryFrameSource(diffraction, { frameSize, source: rest.source });
    return new RawData({ ...rest, frames });
  }

  /**
   * Groups the frames by neighbourhood as the configuration says.
   *
   * @throws ConfigOrderError `params` were not bridged from `config` (CONFIG-001)
   * @throws GroupingError the groups asked for do not exist (OVERSAMPLING-001)
   */
  group(config: TrainingConfig, params: Pick<LegacyParams, 'assertBridged'>): GroupedData {
    params.assertBridged(config, 'grouping the scan');
    return groupFrames(this, groupingOptions(config));
  }

  /**
   * A view of chosen frames, in the given order; frames are shared, nothing is copied, and closing the view closes nothing.
   *
   * @throws RangeError an index outside the scan
   */
  subset(indices: ArrayLike<number>): RawData {
    const chosen = Int32Array.from(indices);
    if (chosen.some((index) => index < 0 || index >= this.frameCount)) throw new RangeError(`expected indices below ${this.frameCount}`);
    const pick = (all: Float64Array): Float64Array => Float64Array.from(chosen, (index) => all[index] as number);
    return new RawData({
      ...this,
      frames: new SubsetFrameSource(this.frames, chosen),
      truthPatches: this.truthPatches && new SubsetPatchSource(this.truthPatches, chosen),
      xcoords: pick(this.xcoords),
      ycoords: pick(this.ycoords),
      xcoordsStart: this.xcoordsStart === this.xcoords ? undefined : pick(this.xcoordsStart),
      ycoordsStart: this.ycoordsStart === this.ycoords ? undefined : pick(this.ycoordsStart),
      scanIndex: Int32Array.from(chosen, (index) => this.scanIndex[index] as number),
    });
  }

  /** Closes the files behind the frames. */
  async close(): Promise<void> {
    await Promise.all([this.frames.close(), this.truthPatches?.close()]);
  }

  /** Closes it at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function assertSizes(raw: RawData): void {
  const { frameCount, frameSize } = raw;
  for (const key of ['xcoords', 'ycoords', 'xcoordsStart', 'ycoordsStart', 'scanIndex'] as const) {
    if (raw[key].length !== frameCount)
      throw new RangeError(`expected ${key} of length ${frameCount} (one per frame), got ${raw[key].length}`);
  }
  const probe = raw.probeGuess.shape;
  if ((probe.length !== 2 && probe.length !== 3) || probe.at(-1) !== frameSize || probe.at(-2) !== frameSize) {
    throw new RangeError(
      `expected probeGuess of shape [${frameSize}, ${frameSize}] or [modes, ${frameSize}, ${frameSize}], got [${probe}]`,
    );
  }
  if (raw.objectGuess !== undefined && raw.objectGuess.shape.length !== 2) {
    throw new RangeError(`expected objectGuess of shape [H, W], got [${raw.objectGuess.shape}]`);
  }
}
