import { SolveDataError } from '../errors.js';
import { POST_BYTES, startWaveHelper, type WaveHelper } from './wave-helper.js';
import { JOB_BYTES, type WaveJob, writeJob, writeProducts } from './wave-jobs.js';
import { WAVE_LOOPS_BINARY } from './wave-loops-binary.js';

/** The loops of `assembly/` and the memory that they work on. */
export interface WaveLoops {
  /** Takes two jobs on different frames; what they share they only read. */
  take(jobs: readonly [WaveJob, WaveJob]): void;
  /** Does both, at the same time where there are two threads: the way through the model and back, or inner products. */
  run(work: { readonly products: boolean }): void;
  /** Transforms so many squares with the tables of the first job; they may be where they are written to. */
  transform(squares: { readonly from: number; readonly to: number; readonly count: number; readonly back: boolean }): void;
  /** Adds so many numbers at an address to those at another one; a multiple of four. */
  addTo(to: number, from: number, length: number): void;
  /**
   * Room for regions of so many bytes each; their addresses. Earlier contents and views are lost when there was not enough.
   *
   * @throws SolveDataError more than the 4 GiB that WebAssembly can address, or than the machine gives
   */
  reserve<Name extends string>(bytes: Readonly<Record<Name, number>>): Readonly<Record<Name, number>>;
  /** So many numbers at an address, until the next `reserve`. */
  floats(address: number, length: number): Float32Array;
  doubles(address: number, length: number): Float64Array;
  integers(address: number, length: number): Int32Array;
  /** Number of the last job that the second thread did; 0 before its first. */
  lastShared(): number;
  /** Ends the second thread; what follows is done on one. */
  close(): void;
}

const PAGE = 2 ** 16;
/** All that WebAssembly can address. */
const PAGES = 2 ** 16;
/** Of a line of the cache, so that no two regions share one. */
const ALIGNMENT = 64;
/** A batch of fewer numbers is done before a second thread has woken up. */
const SHARED_FROM = 2 ** 15;

const aligned = (bytes: number): number => ALIGNMENT * Math.ceil(bytes / ALIGNMENT);

/** Address 0 stands for what is not there; then the two jobs and the words between the threads. */
const OWN_JOB = ALIGNMENT;
const OTHER_JOB = OWN_JOB + aligned(JOB_BYTES);
const POST = OTHER_JOB + aligned(JOB_BYTES);
const REGIONS = POST + aligned(POST_BYTES);

/** As much of the global object as is used here: the type libraries of Node.js leave it out. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (options: { readonly initial: number; readonly maximum: number; readonly shared: true }) => WaveMemory;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

interface WaveMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

/** What `assembly/jobs.ts` exports for this thread. */
interface WaveExports {
  run(job: number): void;
  addTo(to: number, from: number, length: number): void;
  transform(job: number, to: number, from: number, count: number, back: number): void;
}

const { Module, Memory, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;

let compiled: object | undefined;

/**
 * Loops over the waves of a batch in WebAssembly with vectors of four, with a memory of their own. With two threads a second one starts with the
 * first batch that is worth it; the numbers are the same with one.
 */
export function waveLoops({ threads }: { readonly threads: number }): WaveLoops {
  compiled ??= new Module(Buffer.from(WAVE_LOOPS_BINARY, 'base64'));
  const module = compiled;
  const memory = new Memory({ initial: 1, maximum: PAGES, shared: true });
  const { run, addTo, transform } = new Instance(module, { env: { memory } }).exports as WaveExports;
  let helper: WaveHelper | undefined;
  let isWorthSharing = false;
  let isClosed = false;
  return {
    take: (jobs) => {
      for (const [index, address] of [OWN_JOB, OTHER_JOB].entries()) writeJob(memory.buffer, address, jobs[index] as WaveJob);
      const { frames, modes, side } = jobs[1];
      isWorthSharing = frames * modes * side ** 2 >= SHARED_FROM / 2;
    },
    run: ({ products }) => {
      for (const address of [OWN_JOB, OTHER_JOB]) writeProducts(memory.buffer, address, products);
      if (threads < 2 || isClosed || !isWorthSharing) {
        run(OWN_JOB);
        run(OTHER_JOB);
        return;
      }
      helper ??= startWaveHelper({ module, memory, job: OTHER_JOB, post: POST });
      helper.share(
        () => run(OWN_JOB),
        () => run(OTHER_JOB),
      );
    },
    transform: ({ from, to, count, back }) => transform(OWN_JOB, to, from, count, back ? 1 : 0),
    addTo,
    reserve: (bytes) => {
      let end = REGIONS;
      const addresses = Object.entries<number>(bytes).map(([name, size]) => {
        const address = end;
        end += aligned(size);
        return [name, address] as const;
      });
      const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE);
      if (missing > 0) grow(memory, missing);
      return Object.fromEntries(addresses) as Record<keyof typeof bytes, number>;
    },
    floats: (address, length) => new Float32Array(memory.buffer, address, length) as unknown as Float32Array,
    doubles: (address, length) => new Float64Array(memory.buffer, address, length) as unknown as Float64Array,
    integers: (address, length) => new Int32Array(memory.buffer, address, length) as unknown as Int32Array,
    lastShared: () => helper?.lastDone() ?? 0,
    close: () => {
      isClosed = true;
      helper?.close();
    },
  };
}

function grow(memory: WaveMemory, pages: number): void {
  try {
    memory.grow(pages);
  } catch (cause) {
    const bytes = memory.buffer.byteLength + pages * PAGE;
    throw new SolveDataError(`The waves of one batch need ${(bytes / 2 ** 30).toFixed(1)} GiB, more than can be had at once`, {
      fix: 'take a smaller batch size, or fewer probe modes',
      cause,
    });
  }
}
