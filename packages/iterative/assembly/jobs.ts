// What is done with some frames of a batch, in AssemblyScript. All of one frame follows on each other, so that its waves stay in the cache.
import { Transform, transform } from './transforms';
import { backProject, correctFields, exitWaves, moveSpectra, stepProducts, sumMovedBack } from './wave-loops';

/** Frames, and where everything of them lies: addresses as in the loops, in the order of `src/kernels/wave-jobs.ts`. */
@unmanaged
class Job extends Transform {
  /** 0: through the model and back; else inner products. */
  products: i32;
  frames: i32;
  modes: i32;
  /** Columns of the object. */
  width: i32;
  /** 0 where the probe stays. */
  gradients: i32;
  hold: f32;
  spectrum: usize;
  spectrumSum: usize;
  probeDirection: usize;
  rowRamps: usize;
  columnRamps: usize;
  starts: usize;
  mask: usize;
  change: usize;
  errors: usize;
  numbers: usize;
  amplitudes: usize;
  object: usize;
  objectSum: usize;
  direction: usize;
  probes: usize;
  corrections: usize;
  waves: usize;
}

function passFrames(job: Job): void {
  const modes = job.modes;
  const side = job.side;
  const line = <usize>side * 8;
  const area = <usize>side * line;
  let probes = job.probes;
  let corrections = job.corrections;
  const waves = job.waves;
  for (let j: usize = 0; j < <usize>job.frames; j++) {
    const rows = job.rowRamps + j * line;
    const columns = job.columnRamps + j * line;
    const starts = job.starts + 4 * j;
    moveSpectra(waves, job.spectrum, rows, columns, 1, modes, side);
    transform(job, probes, waves, modes, true);
    exitWaves(waves, probes, job.object, starts, job.width, 1, modes, side);
    transform(job, waves, waves, modes, false);
    const amplitudes = job.amplitudes + (j * area) / 2;
    correctFields(waves, amplitudes, job.mask, job.errors + 8 * j, job.change, job.hold, 1, modes, side);
    transform(job, corrections, waves, modes, true);
    const gradients: usize = job.gradients === 0 ? 0 : waves;
    backProject(job.objectSum, gradients, corrections, probes, job.object, starts, job.width, 1, modes, side);
    if (gradients !== 0) {
      transform(job, waves, waves, modes, false);
      sumMovedBack(job.spectrumSum, waves, rows, columns, 1, modes, side);
    }
    probes += <usize>modes * area;
    corrections += <usize>modes * area;
  }
}

/** Does a job. */
export function run(job: Job): void {
  if (job.products === 0) {
    passFrames(job);
    return;
  }
  const direction = job.direction;
  const towards = job.probeDirection;
  stepProducts(
    job.numbers,
    job.corrections,
    job.probes,
    job.object,
    direction,
    towards,
    job.starts,
    job.width,
    job.frames,
    job.modes,
    job.side,
  );
}

export { transform } from './transforms';
export { addTo } from './wave-loops';
