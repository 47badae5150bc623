import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ComplexArray, loadExecutionConfig } from '@ptychokit/config';
import { openScan } from '@ptychokit/memmap-bridge';
import type { StitchedObject } from '@ptychokit/trainer';
import { writeFileAtomically } from './atomic-write.js';
import type { RunOptions } from './compose.js';
import { configForScan } from './config-for-scan.js';
import { ReproducibilityError } from './errors.js';
import { type FitScanResult, fitScan } from './fit-scan.js';
import { type InferScanResult, inferScan } from './infer-scan.js';
import { amplitudeFigure, phaseFigure } from './report/figures/object-figures.js';
import { RUN_RECORD_NAME } from './run-record.js';
import { simulateScanFile } from './simulation/simulate-scan-file.js';
import type { SimulationRequest } from './simulation/simulation-request.js';

/** The scan of the demonstration: small enough to train on in two to three minutes on two cores, large enough to see the spokes. */
const SCAN: SimulationRequest = {
  object: 'siemens',
  spokes: 12,
  probe: 'defocused',
  defocus: 10,
  scan: 'jittered',
  N: 64,
  objectSize: 160,
  step: 5,
  nphotons: 1e5,
  phase: 1,
  contrast: 0.3,
  seed: 7,
};

const TRAINING = { 'model.gridsize': 1, nepochs: 18, batchSize: 8, learningRate: 2e-3, seed: 42 };

/** What to demonstrate. */
export interface DemoRequest {
  readonly outputDir: string;
  /** Changes to the simulated scan. */
  readonly scan?: SimulationRequest | undefined;
  /** Changes to the training configuration, with dotted keys. */
  readonly training?: Readonly<Record<string, unknown>> | undefined;
}

/** What {@link runDemo} leaves behind. */
export interface DemoResult {
  readonly fit: FitScanResult;
  readonly infer: InferScanResult;
  /** Figures of the simulated object, to compare with. */
  readonly truth: { readonly amplitude: string; readonly phase: string };
}

/**
 * The whole way on a small scale: simulates a scan, trains on it without its truth, reconstructs it again from the stored model alone, and
 * checks that both objects are the same bit for bit. An interrupted demonstration goes on where it stopped; a finished one starts anew.
 *
 * @throws ReproducibilityError the two objects differ
 */
export async function runDemo(request: DemoRequest, options: RunOptions = {}): Promise<DemoResult> {
  const { outputDir } = request;
  const { onEvent = () => undefined, signal } = options;
  const scan = join(outputDir, 'scan.npz');
  const fitDir = join(outputDir, 'fit');
  onEvent({ type: 'stage', stage: 'simulating', detail: 'a Siemens star, 1e5 photons per frame' });
  await simulateScanFile(scan, { ...SCAN, ...request.scan }, { signal, onEvent });
  const config = await configForScan(scan, { overrides: { ...TRAINING, ...request.training, outputDir: fitDir } });
  const execution = loadExecutionConfig({ overrides: { resume: !existsSync(join(fitDir, RUN_RECORD_NAME)) } });
  const fit = await fitScan({ config, execution }, options);
  onEvent({ type: 'stage', stage: 'reconstructing once more', detail: 'from the stored model alone' });
  const places = { modelPath: fit.bundle.path, testDataFile: scan, outputDir: join(outputDir, 'infer') };
  const infer = await inferScan({ config: { overrides: places }, execution }, options);
  assertSameObject(fit.reconstruction.object, infer.reconstruction.object);
  return { fit, infer, truth: await drawTruth(scan, outputDir, fit.reconstruction) };
}

function assertSameObject(first: ComplexArray, second: ComplexArray): void {
  if (
    Buffer.from(first.data.buffer, first.data.byteOffset, first.data.byteLength).equals(
      Buffer.from(second.data.buffer, second.data.byteOffset, second.data.byteLength),
    )
  )
    return;
  throw new ReproducibilityError('The object from the stored model differs from the one after training', {
    fix: 'run ptychokit doctor; if the engine is in order, this is a fault of ptychokit',
  });
}

/** The simulated object, cut to what the scan measured. */
async function drawTruth(scan: string, dir: string, { region, origin, object }: StitchedObject): Promise<DemoResult['truth']> {
  await using raw = await openScan(scan);
  const truth = raw.objectGuess as ComplexArray;
  const paths = { amplitude: join(dir, 'truth_amplitude.png'), phase: join(dir, 'truth_phase.png') };
  const mask = regionOn(truth.shape, { region, origin, shape: object.shape });
  const options = { region: mask, subtitle: 'simulated; grey: not measured' };
  await writeFileAtomically(paths.amplitude, (await amplitudeFigure(truth, { ...options, title: 'True amplitude' })).png);
  await writeFileAtomically(paths.phase, (await phaseFigure(truth, { ...options, title: 'True phase' })).png);
  return paths;
}

/** The region of a reconstruction on the grid of the object, which has its origin at scan coordinate 0. */
function regionOn(
  [height = 0, width = 0]: readonly number[],
  found: { readonly region: Uint8Array; readonly origin: { readonly x: number; readonly y: number }; readonly shape: readonly number[] },
): Uint8Array {
  const mask = new Uint8Array(height * width);
  const columns = found.shape[1] as number;
  for (let i = 0; i < found.region.length; i++) {
    const y = Math.floor(i / columns) + Math.round(found.origin.y);
    const x = (i % columns) + Math.round(found.origin.x);
    if (found.region[i] === 1 && y >= 0 && y < height && x >= 0 && x < width) mask[y * width + x] = 1;
  }
  return mask;
}
