import { DatasetWriter } from '@ptychokit/memmap-bridge';
import { simulateScan } from '@ptychokit/physics';
import { throwIfInterrupted } from '../../interruption-error.js';
import { packageVersion } from '../../package-version.js';
import { doseLabel } from '../../study-layout.js';
import type { StageContext } from '../generate-stages.js';

/** Frames of the base scan at the dose, one batch in memory; the noise of a frame depends on seed, dose and index alone. */
export async function simulate({ job, base, paths, onEvent, signal }: StageContext): Promise<void> {
  const { dose, seed } = job;
  const scan = simulateScan({ object: base.object, probe: base.probe, x: base.x, y: base.y, nphotons: dose, seed });
  await using writer = await DatasetWriter.create(paths.simulatedRaw, {
    frameCount: scan.frameCount,
    frameSize: scan.frameSize,
    xcoords: base.x,
    ycoords: base.y,
    xcoordsStart: base.xStart,
    ycoordsStart: base.yStart,
    scanIndex: base.scanIndex,
    probeGuess: base.probe,
    objectGuess: base.object,
    metadata: {
      generator: 'ptychokit generate',
      version: packageVersion(),
      nphotons: dose,
      seed,
      intensity_scale: scan.intensityScale,
      base: { name: base.name, sha256: base.digest.sha256 },
    },
  });
  for await (const { first, count, amplitudes } of scan.frames()) {
    throwIfInterrupted(signal, { stage: `frame ${first} of dose ${dose}` });
    await writer.append(amplitudes);
    onEvent({ type: 'count', label: `frames at ${doseLabel(dose)}`, done: first + count, total: scan.frameCount });
  }
  await writer.finish();
}
