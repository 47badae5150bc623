import type { ComplexArray } from '@ptychokit/config';

/** What a caller knows of a scan that its file may not say. What is given here wins over the file. */
export interface ScanHints {
  readonly energy_eV?: number | undefined;
  /** From sample to detector. */
  readonly distance_m?: number | undefined;
  readonly detectorPixel_m?: number | undefined;
  /** Side of an object pixel at the full size of the frames, in place of the three above. */
  readonly objectPixel_m?: number | undefined;
  /** Keeps the middle N x N pixels of the detector; N is even. Without it frames must be square and even already. */
  readonly crop?: number | undefined;
  /** Detector pixel the beam hits, counted from 0; default: the file's, or the middle (H/2, W/2). */
  readonly beamCentre_px?: { readonly row: number; readonly column: number } | undefined;
  /**
   * Which way positions count: 1 (default) as ptychodus, pty-chi and cdtools read them; -1 turns both axes, as the fold_slice scripts do.
   * The diffraction fits both: the other choice gives the twin, turned by 180 degrees and with reversed phase.
   */
  readonly positionSign?: 1 | -1 | undefined;
  /** Probe at the size of the frames, `[N, N]` or `[modes, N, N]`; default: the file's, or one made from the mean frame. */
  readonly probe?: ComplexArray | undefined;
  /** File with the frames of a ptychodus product, which has none itself. */
  readonly diffraction?: string | undefined;
}

/** How a person gives each hint, for messages. */
export const HINT_FLAGS: Readonly<Record<string, string>> = {
  energy_eV: '--energy-ev',
  distance_m: '--distance-m',
  detectorPixel_m: '--detector-pixel-m',
};
