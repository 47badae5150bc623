import { basename, join } from 'node:path';
import { complexAbs } from '@ptychokit/config';
import type { SolveOutcome } from '@ptychokit/iterative';
import { productOfScan, type RawData, writeNpz, writePtychodusProduct } from '@ptychokit/memmap-bridge';
import { writeFileAtomically } from '../atomic-write.js';
import type { RunServices } from '../compose.js';
import { percentileRange } from '../report/figures/display-range.js';
import { imageFigure } from '../report/figures/image-figure.js';
import { lossFigure } from '../report/figures/loss-figure.js';
import { amplitudeFigure, type ObjectFigureOptions, phaseFigure } from '../report/figures/object-figures.js';
import { geometryOf, type ScanGeometry } from './scan-geometry.js';
import type { SolveScanRequest } from './solve-scan.js';
import type { SplitHalf } from './split-half.js';

/** Names of the files of an iterative reconstruction. */
export const SOLUTION_FILES = {
  reconstruction: 'reconstruction.npz',
  amplitude: 'amplitude.png',
  phase: 'phase.png',
  probe: 'probe.png',
  loss: 'loss.png',
  error: 'error.png',
  curves: 'loss.csv',
} as const;

/** Paths of the files of an iterative reconstruction; the product only where a pixel size is known. */
export type SolutionFiles = Readonly<Record<keyof typeof SOLUTION_FILES, string>> & {
  readonly product?: string;
  /** Ring correlation of two halves of the frames. */
  readonly frc?: string;
};

/** A finished reconstruction and the scan it is of. */
export interface Solution extends SolveScanRequest {
  readonly raw: RawData;
  readonly outcome: SolveOutcome;
  readonly halves?: SplitHalf | undefined;
}

/**
 * Writes object, probe and positions as numbers, curves as CSV, figures, and a product for ptychodus.
 *
 * `reconstruction.npz`: `object` complex64 `[H, W]`, `region` uint8 `[H, W]`, `origin` float64 `[2]` (x, y of object pixel (0, 0) in scan
 * coordinates), `probe` complex64 `[N, N]` or `[modes, N, N]`, `xcoords`, `ycoords` float64 `[n]`, `amplitude_scale` and `relative_residual`
 * float64 `[]`, and `bad_pixels` uint8 `[N, N]` where detector pixels were left out.
 *
 * @throws PtychoError a file cannot be written; nothing half-written is left
 */
export async function writeSolution(
  solution: Solution,
  { onEvent, signal }: Pick<RunServices, 'onEvent' | 'signal'>,
): Promise<SolutionFiles> {
  const { config, outcome, raw } = solution;
  const path = (name: keyof typeof SOLUTION_FILES): string => join(config.outputDir, SOLUTION_FILES[name]);
  await writeArrays(path('reconstruction'), solution);
  const geometry = geometryOf(raw, solution.geometry);
  const options = figureOptions(solution, geometry);
  await writeFileAtomically(path('amplitude'), (await amplitudeFigure(outcome.object, { ...options, title: 'Object amplitude' })).png);
  await writeFileAtomically(path('phase'), (await phaseFigure(outcome.object, { ...options, title: 'Object phase' })).png);
  await writeFileAtomically(path('probe'), (await probeFigure(solution)).png);
  await writeFileAtomically(path('curves'), curves(outcome));
  const subtitle = `${basename(raw.source)}, ${config.engine}, batches of ${outcome.settings.batchSize}, seed ${config.seed}`;
  const points = (of: 'loss' | 'relativeError') =>
    outcome.history.map((record) => ({
      epoch: record.epoch,
      trainLoss: record[of],
      valLoss: of === 'loss' ? null : record.heldOutError,
    }));
  const lossPng = await lossFigure(points('loss'), { title: 'Loss', subtitle, valueTitle: 'mean squared amplitude deviation' });
  await writeFileAtomically(path('loss'), lossPng.png);
  const errorPng = await lossFigure(points('relativeError'), { title: 'Error', subtitle, valueTitle: 'share of the counts' });
  await writeFileAtomically(path('error'), errorPng.png);
  const files = Object.fromEntries(Object.keys(SOLUTION_FILES).map((name) => [name, path(name as keyof typeof SOLUTION_FILES)]));
  const product = await writeProduct(solution, geometry, { onEvent, signal });
  const frc = solution.halves === undefined ? undefined : join(config.outputDir, 'frc.csv');
  if (frc !== undefined) await writeFileAtomically(frc, rings(solution.halves as SplitHalf));
  return {
    ...(files as Readonly<Record<keyof typeof SOLUTION_FILES, string>>),
    ...(product === undefined ? {} : { product }),
    ...(frc === undefined ? {} : { frc }),
  };
}

async function writeArrays(path: string, { outcome, raw }: Solution): Promise<void> {
  const { object, region, origin, probe, positions, badPixels } = outcome;
  const N = raw.frameSize;
  await writeNpz(path, {
    object,
    region: { type: 'uint8', shape: object.shape, data: region },
    origin: Float64Array.of(origin.x, origin.y),
    probe,
    xcoords: positions.x,
    ycoords: positions.y,
    amplitude_scale: outcome.amplitudeScale,
    relative_residual: outcome.relativeResidual,
    ...(badPixels === null ? {} : { bad_pixels: { type: 'uint8', shape: [N, N], data: badPixels } }),
  });
}

function figureOptions({ outcome, raw, config }: Solution, { pixelSize_m }: ScanGeometry): ObjectFigureOptions {
  const residual = `relative residual ${outcome.relativeResidual.toPrecision(3)}`;
  const subtitle = `${basename(raw.source)}, ${raw.frameCount} frames, ${config.engine}, ${residual}; grey: not measured`;
  return { region: outcome.region, origin: outcome.origin, subtitle, ...(pixelSize_m === undefined ? {} : { pixelSize_m }) };
}

/** Moduli of all modes side by side. */
function probeFigure({ outcome, raw }: Solution) {
  const N = raw.frameSize;
  const moduli = complexAbs(outcome.probe);
  const modes = moduli.length / N ** 2;
  const side = new Float32Array(moduli.length);
  for (let i = 0; i < side.length; i++) {
    const [row, column] = [Math.floor(i / (modes * N)), i % (modes * N)];
    side[i] = moduli[Math.floor(column / N) * N * N + row * N + (column % N)] as number;
  }
  return imageFigure(side, [N, modes * N], {
    title: modes === 1 ? 'Probe amplitude' : `Probe amplitude, ${modes} modes`,
    subtitle: basename(raw.source),
    valueTitle: 'amplitude',
    map: 'viridis',
    range: percentileRange(side),
  });
}

function curves({ history }: SolveOutcome): string {
  const rows = history.map(({ epoch, loss, relativeError, heldOutError, positionMovePx, seconds }) =>
    [epoch, loss, relativeError, heldOutError ?? '', positionMovePx ?? '', seconds.toFixed(4)].join(','),
  );
  return `epoch,loss,relative_error,held_out_error,position_move_px,seconds\n${rows.join('\n')}\n`;
}

function rings({ curve: { correlation, counts, size } }: SplitHalf): string {
  const rows = Array.from(correlation, (value, ring) => [ring, ring / (size / 2), value, counts[ring]].join(','));
  return `ring,fraction_of_nyquist,correlation,pixels\n${rows.join('\n')}\n`;
}

async function writeProduct(
  { outcome, raw, config }: Solution,
  geometry: ScanGeometry,
  { onEvent, signal }: Pick<RunServices, 'onEvent' | 'signal'>,
): Promise<string | undefined> {
  if (geometry.pixelSize_m === undefined) {
    onEvent({
      type: 'note',
      text: 'no product.h5: its positions are in metres, and the size of an object pixel is not known; give --pixel-size-m',
    });
    return undefined;
  }
  const unknown = (['energy_eV', 'distance_m'] as const).filter((name) => geometry[name] === undefined);
  if (unknown.length > 0) onEvent({ type: 'note', text: `product.h5 says 0 for ${unknown.join(' and ')}, which the scan does not tell` });
  const path = join(config.outputDir, 'product.h5');
  const scan = {
    raw,
    object: outcome.object,
    origin: outcome.origin,
    probe: outcome.probe,
    objectPixel_m: geometry.pixelSize_m,
    positions: { xs: outcome.positions.x, ys: outcome.positions.y },
  };
  const product = productOfScan(scan, {
    name: basename(raw.source),
    comments: `ptychokit solve, ${config.engine}, ${outcome.epochsCompleted} epochs`,
    detectorObjectDistance_m: geometry.distance_m ?? 0,
    probeEnergy_eV: geometry.energy_eV ?? 0,
    loss: {
      values: Float64Array.from(outcome.history, ({ loss }) => loss),
      epochs: Int32Array.from(outcome.history, ({ epoch }) => epoch),
    },
  });
  await writePtychodusProduct(path, product, { signal });
  return path;
}
