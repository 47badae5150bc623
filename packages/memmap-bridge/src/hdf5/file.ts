import { resolve } from 'node:path';
import { Hdf5Error } from '../errors.js';
import { RuntimeFiles } from './runtime-files.js';

// The only file that imports h5wasm, and only when HDF5 is needed: loading it costs a tenth of a second.
/** The HDF5 library. */
export type Hdf5Library = typeof import('h5wasm/node');
/** A file the library has open. */
export type OpenHdf5 = InstanceType<Hdf5Library['File']>;

let library: Promise<Hdf5Library> | undefined;
/** The files the library's runtime has open, once it is loaded. */
let files: RuntimeFiles | undefined;

/** The library, loaded once. */
export function loadHdf5(): Promise<Hdf5Library> {
  library ??= import('h5wasm/node').then(async (loaded) => {
    const module = await loaded.ready;
    module.activate_throwing_error_handler(); // the default handler prints to the console
    files = new RuntimeFiles(module.FS);
    return loaded;
  });
  return library;
}

/** Runs `use` with memory of the library that it can address, and frees it. */
export function withHdf5Memory<T>(loaded: Hdf5Library, length: number, use: (pointer: number) => T): T {
  const module = loaded.Module;
  const pointer = module._malloc(Math.max(1, length));
  if (pointer === 0) throw new Hdf5Error(`The HDF5 library has no ${length} bytes of memory`);
  try {
    return use(pointer);
  } finally {
    module._free(pointer);
  }
}

/** Opens a file for reading. `close` closes it also where errors left parts of it open. */
export function openHdf5(loaded: Hdf5Library, path: string): { readonly file: OpenHdf5; readonly close: () => void } {
  const before = files?.open();
  const place = { where: path, fix: WHOLE_FILE };
  const file = wrapHdf5(place, () => new loaded.File(resolve(path), 'r'));
  const streams = [...(files?.open() ?? [])].filter((stream) => before?.has(stream) === false);
  return {
    file,
    close: () => {
      try {
        wrapHdf5(place, () => file.close());
      } finally {
        files?.closeAll(streams);
      }
    },
  };
}

/** What to do about a file that the library cannot read. */
export const WHOLE_FILE = 'it is damaged or cut short: copy it again';

/** The library throws texts, errors that hold a whole trace, and traps of WebAssembly: all become one typed error. */
export function wrapHdf5<T>(place: { readonly where: string; readonly fix?: string }, use: () => T): T {
  const before = files?.open();
  try {
    return use();
  } catch (cause) {
    if (before !== undefined) files?.closeSince(before);
    if (cause instanceof Hdf5Error) throw cause;
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new Hdf5Error(`HDF5: ${innermostReason(text)}`, { ...place, cause });
  }
}

/** The last "in …(): reason" of the library's trace says what happened. */
function innermostReason(trace: string): string {
  const reasons = [...trace.matchAll(/in \w+\(\): (.*)/g)];
  return reasons.at(-1)?.[1] ?? trace.split('\n')[0] ?? 'unknown error';
}
