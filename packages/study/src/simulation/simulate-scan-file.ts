import { mkdir } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { DatasetWriter } from '@ptychokit/memmap-bridge';
import { type ScanPositions, type SimulatedScan, simulateScan } from '@ptychokit/physics';
import { InterruptedError } from '../errors.js';
import { assertWritableDir } from '../output-dir.js';
import { packageVersion } from '../package-version.js';
import type { RunObserver } from '../run-event.js';
import { makeObject } from './make-object.js';
import { makePositions, objectSizeFor } from './make-positions.js';
import { makeProbe } from './make-probe.js';
import { type CompleteSimulationRequest, completeSimulation, type SimulationRequest } from './simulation-request.js';

/** How a simulation is carried out. */
export interface SimulateOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: RunObserver | undefined;
  /** Checks the request and says what would be made, writes nothing; default false. */
  readonly dryRun?: boolean | undefined;
}

/** A scan that was simulated into a file. */
export interface SimulatedScanFile {
  readonly path: string;
  readonly frameCount: number;
  readonly frameSize: number;
  /** `[H, W]` of the object. */
  readonly objectShape: readonly number[];
  readonly nphotons: number;
  readonly seed: number;
}

/**
 * Simulates a scan frame by frame into a file of the data contract (DATA-001), with object, probe and provenance.
 *
 * Equal requests give equal files. Memory is the object plus one batch; the file appears when it is complete.
 *
 * @throws ConfigError with every problem of the request
 * @throws UsageError what was asked for does not fit together
 * @throws InterruptedError aborted through `signal`; no file is left
 */
export async function simulateScanFile(
  path: string,
  request: SimulationRequest,
  options: SimulateOptions = {},
): Promise<SimulatedScanFile> {
  const complete = completeSimulation(request);
  await assertWritableDir(dirname(resolve(path)));
  const probe = await makeProbe(complete);
  const N = probe.shape.at(-1) as number;
  const object = await makeObject(complete, objectSizeFor(complete, N));
  const positions = await makePositions(complete, { shape: object.shape, N });
  const scan = simulateScan({ object, probe, x: positions.x, y: positions.y, nphotons: complete.nphotons, seed: complete.seed });
  if (options.dryRun !== true) {
    await mkdir(dirname(resolve(path)), { recursive: true });
    await writeScan(path, { scan, positions, request: complete }, options);
  }
  const { frameCount, frameSize } = scan;
  return { path, frameCount, frameSize, objectShape: object.shape, nphotons: complete.nphotons, seed: complete.seed };
}

interface ScanToWrite {
  readonly scan: SimulatedScan;
  readonly positions: ScanPositions;
  readonly request: CompleteSimulationRequest;
}

async function writeScan(path: string, { scan, positions, request }: ScanToWrite, { signal, onEvent }: SimulateOptions): Promise<void> {
  await using writer = await DatasetWriter.create(path, {
    frameCount: scan.frameCount,
    frameSize: scan.frameSize,
    xcoords: scan.x,
    ycoords: scan.y,
    xcoordsStart: positions.nominalX,
    ycoordsStart: positions.nominalY,
    probeGuess: scan.probe,
    objectGuess: scan.object,
    metadata: metadataOf(request, scan),
  });
  for await (const { first, count, amplitudes } of scan.frames()) {
    if (signal?.aborted === true) throw new InterruptedError('The simulation was interrupted', { where: path, fix: 'repeat the command' });
    await writer.append(amplitudes);
    onEvent?.({ type: 'count', label: 'frames', done: first + count, total: scan.frameCount });
  }
  await writer.finish();
}

/** Provenance: enough to make the file again. An infinite dose is left out, since JSON has no such number. */
function metadataOf(request: CompleteSimulationRequest, scan: SimulatedScan): Record<string, unknown> {
  const { nphotons, object, probe, scan: arrangement, ...rest } = request;
  // Of a file only its name: where somebody keeps it belongs in no data set.
  const sources = { object: basename(object), probe: basename(probe), scan: basename(arrangement) };
  return {
    generator: 'ptychokit simulate',
    version: packageVersion(),
    ...(Number.isFinite(nphotons) ? { nphotons } : { noise: 'none' }),
    ...sources,
    ...rest,
    N: scan.frameSize,
    frames: scan.frameCount,
    object_shape: scan.object.shape,
  };
}
