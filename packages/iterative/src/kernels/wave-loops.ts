import { SolveDataError } from '../errors.js';
import { WAVE_LOOPS_BINARY } from './wave-loops-binary.js';

/** A loop of `assembly/wave-loops.ts`: addresses and sizes in the order of its parameters. */
type Loop = (...numbers: readonly number[]) => void;

/** Names of the loops. */
export type WaveLoopName = 'moveSpectra' | 'sumMovedBack' | 'exitWaves' | 'correctFields' | 'backProject' | 'stepProducts';

/** The loops and the memory that they work on. */
export interface WaveLoops extends Readonly<Record<WaveLoopName, Loop>> {
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
}

const PAGE = 2 ** 16;
/** The engine takes arrays that start at multiples of this without a copy. */
const ALIGNMENT = 64;

/** As much of the global object as is used here: the type libraries of Node.js leave it out. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (options: { readonly initial: number }) => { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const { Module, Memory, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;

let compiled: object | undefined;

/**
 * Loops over the waves of a batch in WebAssembly with vectors of four, one pass where the engine takes five operations; with a memory of their own.
 */
export function waveLoops(): WaveLoops {
  compiled ??= new Module(Buffer.from(WAVE_LOOPS_BINARY, 'base64'));
  const memory = new Memory({ initial: 1 });
  const { exports } = new Instance(compiled, { env: { memory } });
  return {
    ...(exports as Readonly<Record<WaveLoopName, Loop>>),
    reserve: (bytes) => {
      // Address 0 stands for what is not there.
      let end = ALIGNMENT;
      const addresses = Object.entries<number>(bytes).map(([name, size]) => {
        const address = end;
        end += ALIGNMENT * Math.ceil(size / ALIGNMENT);
        return [name, address] as const;
      });
      const missing = Math.ceil((end - memory.buffer.byteLength) / PAGE);
      if (missing > 0) grow(memory, missing);
      return Object.fromEntries(addresses) as Record<keyof typeof bytes, number>;
    },
    floats: (address, length) => new Float32Array(memory.buffer, address, length),
    doubles: (address, length) => new Float64Array(memory.buffer, address, length),
    integers: (address, length) => new Int32Array(memory.buffer, address, length),
  };
}

function grow(memory: InstanceType<WebAssemblyApi['Memory']>, pages: number): void {
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
