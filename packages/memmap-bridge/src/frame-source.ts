/**
 * Diffraction amplitudes of one scan, `[frameCount, frameSize, frameSize]` float32, wherever they are kept.
 *
 * Frames have the zero frequency at the centre. Reads may overlap in time; a read after {@link FrameSource.close} rejects.
 */
export interface FrameSource {
  readonly frameCount: number;
  /** Pixels along one side of a frame (N). */
  readonly frameSize: number;
  /**
   * Gathers frames in index order: `into[k * N * N …]` becomes frame `indices[k]`. Nothing beyond these frames is touched.
   *
   * @throws RangeError an index outside the scan, or `into` shorter than `indices.length * N * N`
   * @throws FrameValueError a frame holds NaN, infinite or negative pixels
   */
  readFrames(indices: ArrayLike<number>, into: Float32Array): Promise<void>;
  /** Closes what the frames are read from; repeated, it does nothing. */
  close(): Promise<void>;
}

/** Complex truth patches of one scan, `[patchCount, patchSize, patchSize]` complex64, one per frame. */
export interface PatchSource {
  readonly patchCount: number;
  readonly patchSize: number;
  /**
   * Gathers patches in index order, real and imaginary parts in turn: `into[2 * k * N * N …]` becomes patch `indices[k]`.
   *
   * @throws RangeError an index outside the scan, or `into` shorter than `2 * indices.length * N * N`
   */
  readPatches(indices: ArrayLike<number>, into: Float32Array): Promise<void>;
  /** Closes what the frames are read from; repeated, it does nothing. */
  close(): Promise<void>;
}
