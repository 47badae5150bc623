// What is done with some frames of a batch, and how a second thread takes its part of them, in AssemblyScript. All of one frame follows on each
// other, so that its waves stay in the cache.
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

/** Between two threads: number of the last job; the same, negative once one of them took it; number of the last one that was done. */
@unmanaged
class Post {
  given: i32;
  taken: i32;
  done: i32;
}

/** Looks at the work of the other thread before this one sleeps until it is done. */
const LOOKS = 20000;

/** Number of a job after which the second thread ends. */
const STOP = -1;

/** What the second thread leaves as the number of the last job when it breaks down. */
const FAILED = -1;

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
    const gradients: usize = job.gradients == 0 ? 0 : waves;
    backProject(job.objectSum, gradients, corrections, probes, job.object, starts, job.width, 1, modes, side);
    if (gradients != 0) {
      transform(job, waves, waves, modes, false);
      sumMovedBack(job.spectrumSum, waves, rows, columns, 1, modes, side);
    }
    probes += <usize>modes * area;
    corrections += <usize>modes * area;
  }
}

function run(job: Job): void {
  if (job.products == 0) return passFrames(job);
  const direction = job.direction;
  const towards = job.probeDirection;
  stepProducts(job.numbers, job.corrections, job.probes, job.object, direction, towards, job.starts, job.width, job.frames, job.modes, job.side);
}

/** Does one job here and the other on the second thread, or here too when that one does not come in time; post is 0 where there is no such thread. */
export function share(own: Job, other: Job, post: Post): void {
  if (changetype<usize>(post) == 0) {
    run(own);
    return run(other);
  }
  const number = atomic.load<i32>(changetype<usize>(post)) + 1;
  atomic.store<i32>(changetype<usize>(post), number, offsetof<Post>('taken'));
  atomic.store<i32>(changetype<usize>(post), number);
  atomic.notify(changetype<usize>(post), 1);
  run(own);
  const taken = changetype<usize>(post) + offsetof<Post>('taken');
  if (atomic.cmpxchg<i32>(taken, number, -number) == number) return run(other);
  const done = changetype<usize>(post) + offsetof<Post>('done');
  for (let look = 0; look < LOOKS; look++) if (atomic.load<i32>(done) == number) return;
  for (;;) {
    const last = atomic.load<i32>(done);
    if (last == number) return;
    if (last == FAILED) unreachable();
    atomic.wait<i32>(done, last, -1);
  }
}

/** The second thread: waits for jobs and does them until it is stopped. */
export function serve(other: Job, post: Post): void {
  const given = changetype<usize>(post);
  const taken = given + offsetof<Post>('taken');
  const done = given + offsetof<Post>('done');
  let last = 0;
  for (;;) {
    const number = atomic.load<i32>(given);
    if (number == STOP) return;
    if (number == last) {
      atomic.wait<i32>(given, last, -1);
      continue;
    }
    last = number;
    if (atomic.cmpxchg<i32>(taken, number, -number) != number) continue;
    run(other);
    atomic.store<i32>(done, number);
    atomic.notify(done, 1);
  }
}

export { addTo } from './wave-loops';
