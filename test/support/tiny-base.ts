import { Random } from '@ptychokit/config';
import { type NpyValue, writeNpz } from '@ptychokit/memmap-bridge';
import { diskProbe, jitteredRasterScan, objectFromMaps, scanArea, siemensMap, stretchMap } from '@ptychokit/physics';

/** What a tiny base scan is made of; see {@link writeTinyBase}. */
export interface TinyBaseOptions {
  /** Edge of the square object; default 120. */
  readonly size?: number;
  /** Distance of the positions, pixels; default 8, which gives about 49 of them. */
  readonly step?: number;
  /** Changes the arrays before they are written, to make a base with a fault. */
  readonly edit?: (arrays: Record<string, NpyValue>) => Record<string, NpyValue>;
}

/** A seeded base scan without frames: a Siemens star, a disk, a jittered raster; needs no engine. */
export async function writeTinyBase(path: string, options: TinyBaseOptions = {}): Promise<string> {
  const { size = 120, step = 8, edit = (arrays) => arrays } = options;
  const N = 64;
  const map = siemensMap({ height: size, width: size, spokes: 12 });
  const area = scanArea({ height: size, width: size }, N);
  const positions = jitteredRasterScan({ area, step, jitter: 1, random: new Random(1, 'tiny base') });
  const arrays: Record<string, NpyValue> = {
    objectGuess: objectFromMaps({ amplitude: stretchMap(map, { low: 1, high: 0.7 }), phase: stretchMap(map, { low: 0, high: 1 }) }),
    probeGuess: diskProbe({ N }),
    xcoords: positions.x,
    ycoords: positions.y,
  };
  await writeNpz(path, edit(arrays));
  return path;
}
