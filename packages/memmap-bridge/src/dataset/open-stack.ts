import { DataFile } from '../data-file.js';
import { locateMember } from '../npz/member-stream.js';
import { defaultMemmapDir } from '../stack/frame-cache.js';
import { hydrateStack } from '../stack/hydrate.js';
import { plainLayout } from '../stack/layout.js';
import { StackFile } from '../stack/stack-file.js';
import type { FrameStack } from './examine.js';

/** Opens a stack for positioned reads with a handle of its own: in place where it is stored, through the cache otherwise. */
export async function openStack(
  { npz, member, layout }: FrameStack,
  options: { readonly memmapDir?: string | undefined },
): Promise<StackFile> {
  const entry = npz.entry(member.name);
  const { dataOffset } = member.header;
  if (entry.method === 0 && layout.contiguous) {
    const position = (await locateMember(npz.file, entry)) + dataOffset;
    return new StackFile(await DataFile.open(npz.path), { position, layout });
  }
  const cached = await hydrateStack(npz, member.name, { layout, dataOffset, folder: options.memmapDir ?? defaultMemmapDir() });
  return new StackFile(await DataFile.open(cached), { position: 0, layout: plainLayout(layout) });
}
