import { existsSync } from 'node:fs';
import { DataFile } from '../data-file.js';
import { locateMember } from '../npz/member-stream.js';
import { defaultMemmapDir } from '../stack/frame-cache.js';
import { hydrateStack } from '../stack/hydrate.js';
import { plainLayout } from '../stack/layout.js';
import { StackFile } from '../stack/stack-file.js';
import type { FrameStack } from './examine.js';

/** Where and whether to write a stack that cannot be read in place. */
export interface OpenStackOptions {
  /** Folder for compressed frames, which are inflated once; default `$XDG_CACHE_HOME/ptychokit/memmap`. */
  readonly memmapDir?: string | undefined;
  /** Stops the inflation of compressed frames; nothing is left behind. */
  readonly signal?: AbortSignal | undefined;
}

/** Opens a stack for positioned reads with a handle of its own: in place where it is stored, through the cache otherwise. */
export async function openStack({ npz, member, layout }: FrameStack, options: OpenStackOptions): Promise<StackFile> {
  const entry = npz.entry(member.name);
  const { dataOffset } = member.header;
  if (entry.method === 0 && layout.contiguous) {
    const position = (await locateMember(npz.file, entry)) + dataOffset;
    return new StackFile(await npz.file.reopen(), { position, layout });
  }
  return new StackFile(await openHydrated({ npz, member, layout }, options), { position: 0, layout: plainLayout(layout), immutable: true });
}

/** The cache may be cleared between the writing and the opening. */
const ATTEMPTS = 3;

async function openHydrated({ npz, member, layout }: FrameStack, options: OpenStackOptions): Promise<DataFile> {
  const folder = options.memmapDir ?? defaultMemmapDir();
  const { dataOffset } = member.header;
  for (let attempt = 1; ; attempt++) {
    const cached = await hydrateStack(npz, member.name, { layout, dataOffset, folder, signal: options.signal });
    try {
      return await DataFile.open(cached);
    } catch (error) {
      if (attempt === ATTEMPTS || existsSync(cached)) throw error;
    }
  }
}
