import { Random } from '@ptychokit/config';
import { NpzFile, toFloat64 } from '@ptychokit/memmap-bridge';
import { fermatScan, givenScan, jitteredRasterScan, rasterScan, type ScanPositions, scanArea } from '@ptychokit/physics';
import { UsageError } from '../errors.js';
import { assertFile } from './read-guess.js';
import { type CompleteSimulationRequest, SCAN_KINDS } from './simulation-request.js';

/** Displacement of a jittered raster along each axis, as a fraction of the step. */
const JITTER = 0.25;

/** Edge of the square object that a request asks for or needs, pixels. */
export function objectSizeFor(request: CompleteSimulationRequest, N: number): number {
  if (request.objectSize !== undefined) return request.objectSize;
  if (request.frames === undefined) return 3 * N;
  const step = request.step ?? N / 10;
  let size = N + 2 + Math.ceil((Math.sqrt(request.frames) - 1) * step);
  while (arrange(request, { N, size, step }).x.length < request.frames) size += Math.max(1, Math.floor(step / 4));
  return size;
}

/**
 * The positions of a simulation on a square object of `size` pixels: arranged, or read from a scan file.
 *
 * @throws UsageError the object is too small for the frames, or positions of a file lie outside it
 */
export async function makePositions(
  request: CompleteSimulationRequest,
  object: { readonly shape: readonly number[]; readonly N: number },
): Promise<ScanPositions> {
  const [height, width] = object.shape as readonly [number, number];
  const { N } = object;
  if (Math.min(height, width) <= N + 1) {
    throw new UsageError(`The object is ${height} x ${width} pixels, too small for frames of ${N} pixels`, {
      fix: `choose an object of at least ${N + 2} pixels`,
    });
  }
  const isKind = (SCAN_KINDS as readonly string[]).includes(request.scan);
  return isKind ? arrangedPositions(request, { N, size: Math.min(height, width) }) : positionsOf(request.scan, { height, width, N });
}

function arrangedPositions(request: CompleteSimulationRequest, { N, size }: { readonly N: number; readonly size: number }): ScanPositions {
  const { frames } = request;
  let step = request.step ?? N / 10;
  if (frames === undefined) return arrange(request, { N, size, step });
  if (request.step === undefined) {
    step = (1.2 * (size - N - 1)) / Math.sqrt(frames);
    while (arrange(request, { N, size, step }).x.length < frames) step *= 0.98;
  }
  const all = arrange(request, { N, size, step });
  if (all.x.length >= frames) return first(all, frames);
  throw new UsageError(`Only ${all.x.length} of ${frames} frames fit on the object of ${size} pixels at a step of ${step} pixels`, {
    fix: 'leave out the step or the object size, or ask for fewer frames',
  });
}

function arrange(
  { scan, seed }: CompleteSimulationRequest,
  { N, size, step }: { readonly N: number; readonly size: number; readonly step: number },
): ScanPositions {
  const area = scanArea({ height: size, width: size }, N);
  if (scan === 'raster') return rasterScan({ area, step });
  if (scan === 'fermat') return fermatScan({ area, step });
  // A small object leaves no room for the full jitter.
  const jitter = Math.min(JITTER * step, (area.right - area.left) / 4);
  return jitteredRasterScan({ area, step, jitter, random: new Random(seed, 'simulate', 'positions') });
}

function first(positions: ScanPositions, count: number): ScanPositions {
  const { x, y, nominalX, nominalY } = positions;
  return { x: x.slice(0, count), y: y.slice(0, count), nominalX: nominalX.slice(0, count), nominalY: nominalY.slice(0, count) };
}

async function positionsOf(
  path: string,
  object: { readonly height: number; readonly width: number; readonly N: number },
): Promise<ScanPositions> {
  assertFile(path, SCAN_KINDS);
  await using file = await NpzFile.open(path);
  const positions = givenScan(toFloat64(await file.read('xcoords')), toFloat64(await file.read('ycoords')));
  const area = scanArea(object, object.N);
  const outside = positions.x.reduce((count, x, i) => {
    const y = positions.y[i] as number;
    return count + (x < area.left || x > area.right || y < area.top || y > area.bottom ? 1 : 0);
  }, 0);
  if (outside === 0) return positions;
  throw new UsageError(
    `${outside} of ${positions.x.length} positions lie too near the rim of the object of ${object.height} x ${object.width} pixels`,
    {
      where: path,
      fix: 'choose a larger object, or positions that fit it',
    },
  );
}
