import { createRequire } from 'node:module';

/** The calls of Linux that read many places of files at once, and where their answers go. */
export interface SystemCalls {
  /** Address of the bytes of an array. */
  readonly addressOf: (view: Uint8Array | BigUint64Array | Int32Array) => number;
  /** io_submit(2): starts the requests whose addresses are in `list`; how many it took, -1 for none. */
  readonly submit: (count: number, list: BigUint64Array) => number;
  /** io_getevents(2): waits for the answers to `count` requests and writes them to `events`; how many came, -1 after a signal. */
  readonly collect: (count: number, events: Int32Array) => number;
  /** fstat(2): 0, or -1 for a file that is closed. */
  readonly stat: (file: number, into: Uint32Array) => number;
}

/** The number of a call depends on the processor; both order the bytes of numbers from the lowest up. */
const NUMBERS: Readonly<Record<string, Readonly<Record<'setup' | 'submit' | 'collect' | 'stat', number>>>> = {
  x64: { setup: 206, submit: 209, collect: 208, stat: 5 },
  arm64: { setup: 0, submit: 2, collect: 4, stat: 80 },
};

/**
 * Binds the calls for this thread, with room for `capacity` requests at a time; undefined where there are none: on other systems, in a
 * sandbox that forbids them, and where koffi, an optional dependency, is not installed.
 *
 * What the kernel keeps for them goes with the process: giving it back takes tens of milliseconds.
 */
export function loadSystemCalls(capacity: number): SystemCalls | undefined {
  const numbers = process.platform === 'linux' ? NUMBERS[process.arch] : undefined;
  if (numbers === undefined) return undefined;
  try {
    const { address, load } = createRequire(import.meta.url)('koffi') as typeof import('koffi');
    const libc = load(null);
    const setup = libc.func('long syscall(long number, long capacity, void *context)');
    const submit = libc.func('long syscall(long number, uintptr_t context, long count, void *list)');
    const collect = libc.func('long syscall(long number, uintptr_t context, long least, long most, void *events, void *timeout)');
    const stat = libc.func('long syscall(long number, long file, void *into)');
    const context = new BigUint64Array(1);
    if (setup(numbers.setup, capacity, context) !== 0) return undefined;
    const [id] = context;
    if (collect(numbers.collect, id, 0, 0, null, null) !== 0) return undefined;
    return {
      addressOf: (view) => Number(address(view)),
      submit: (count, list) => submit(numbers.submit, id, count, list) as number,
      collect: (count, events) => collect(numbers.collect, id, count, count, events, null) as number,
      stat: (file, into) => stat(numbers.stat, file, into) as number,
    };
  } catch {
    return undefined;
  }
}
