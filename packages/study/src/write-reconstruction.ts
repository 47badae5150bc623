import { basename, join } from 'node:path';
import { type RawData, writeNpz } from '@ptychokit/memmap-bridge';
import type { StitchedObject } from '@ptychokit/trainer';
import { writeFileAtomically } from './atomic-write.js';
import { amplitudeFigure, type ObjectFigureOptions, phaseFigure } from './report/figures/object-figures.js';

/** Names of the files of a reconstruction. */
export const RECONSTRUCTION_FILES = { reconstruction: 'reconstruction.npz', amplitude: 'amplitude.png', phase: 'phase.png' } as const;

/** Paths of the files of a reconstruction. */
export type ReconstructionFiles = Readonly<Record<keyof typeof RECONSTRUCTION_FILES, string>>;

/**
 * Writes an object as numbers and as figures.
 *
 * `reconstruction.npz`: `object` complex64 `[H, W]`, `region` uint8 `[H, W]`, `origin` float64 `[2]` (x, y of object pixel (0, 0) in scan
 * coordinates), `probe` complex64, `amplitude_scale` and `relative_residual` float64 `[]`.
 *
 * @throws PtychoError a file cannot be written; nothing half-written is left
 */
export async function writeReconstruction(dir: string, reconstruction: StitchedObject, raw: RawData): Promise<ReconstructionFiles> {
  const { object, region, origin, probe, amplitudeScale, relativeResidual } = reconstruction;
  const paths = {
    reconstruction: join(dir, RECONSTRUCTION_FILES.reconstruction),
    amplitude: join(dir, RECONSTRUCTION_FILES.amplitude),
    phase: join(dir, RECONSTRUCTION_FILES.phase),
  };
  await writeNpz(paths.reconstruction, {
    object,
    region: { type: 'uint8', shape: object.shape, data: region },
    origin: Float64Array.of(origin.x, origin.y),
    probe,
    amplitude_scale: amplitudeScale,
    relative_residual: relativeResidual,
  });
  const options = figureOptions(reconstruction, raw);
  await writeFileAtomically(paths.amplitude, (await amplitudeFigure(object, { ...options, title: 'Object amplitude' })).png);
  await writeFileAtomically(paths.phase, (await phaseFigure(object, { ...options, title: 'Object phase' })).png);
  return paths;
}

function figureOptions({ region, origin, relativeResidual, groups }: StitchedObject, raw: RawData): ObjectFigureOptions {
  const residual = `relative residual ${relativeResidual.toPrecision(3)}`;
  const grouped = groups === raw.frameCount ? '' : `, ${groups} groups`;
  const subtitle = `${basename(raw.source)}, ${raw.frameCount} frames${grouped}, ${residual}; grey: not measured`;
  const pixelSize = raw.metadata.pixel_size_m;
  return { region, origin, subtitle, ...(typeof pixelSize === 'number' && pixelSize > 0 ? { pixelSize_m: pixelSize } : {}) };
}
