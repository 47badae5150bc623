import { type ComplexArray, Random } from '@ptychokit/config';
import { type NpyValue, RawData } from '@ptychokit/memmap-bridge';

/** Arrays of a small scan: a jittered raster, random amplitudes, probe and object. */
export interface SyntheticScan {
  readonly frameCount: number;
  readonly frameSize: number;
  readonly diffraction: Float32Array;
  readonly xcoords: Float64Array;
  readonly ycoords: Float64Array;
  readonly probeGuess: ComplexArray;
  readonly objectGuess: ComplexArray;
  readonly scanIndex: Int32Array;
}

/** A scan of `frameCount` frames of `frameSize` pixels; equal arguments give equal arrays. */
export function syntheticScan(options: { frameCount?: number; frameSize?: number; seed?: number } = {}): SyntheticScan {
  const { frameCount = 12, frameSize = 8, seed = 0 } = options;
  const random = new Random(seed, 'synthetic-scan');
  const side = Math.ceil(Math.sqrt(frameCount));
  const objectSize = 4 * side + 2 * frameSize;
  const numbers = (length: number): Float32Array => Float32Array.from({ length }, () => random.uniform());
  const position = (cell: number): number => frameSize + 4 * cell + random.uniform();
  return {
    frameCount,
    frameSize,
    diffraction: numbers(frameCount * frameSize ** 2),
    xcoords: Float64Array.from({ length: frameCount }, (_, i) => position(i % side)),
    ycoords: Float64Array.from({ length: frameCount }, (_, i) => position(Math.floor(i / side))),
    probeGuess: { shape: [frameSize, frameSize], data: numbers(2 * frameSize ** 2) },
    objectGuess: { shape: [objectSize, objectSize], data: numbers(2 * objectSize ** 2) },
    scanIndex: new Int32Array(frameCount),
  };
}

/** The members of a good scan file. */
export function scanMembers(scan: SyntheticScan): Record<string, NpyValue> {
  const { frameCount: n, frameSize: size } = scan;
  return {
    diffraction: { type: 'float32', shape: [n, size, size], data: scan.diffraction },
    xcoords: scan.xcoords,
    ycoords: scan.ycoords,
    probeGuess: scan.probeGuess,
    objectGuess: scan.objectGuess,
    scan_index: scan.scanIndex,
    _metadata: JSON.stringify({ nphotons: 1e6, tool: 'test' }),
  };
}

/** The scan in memory. */
export function rawScan(scan: SyntheticScan = syntheticScan()): RawData {
  return RawData.fromArrays(scan);
}
