import type { ComplexArray } from '@ptychokit/config';
import { extractPatches, openDataset, type PatchSource, RawData, writeDataset } from '@ptychokit/memmap-bridge';
import type { StageContext } from '../generate-stages.js';

/** Adds the true object patch of every frame (`Y`), cut out while it is written. */
export async function patch({ base, paths, signal }: StageContext): Promise<void> {
  await using raw = await openDataset(paths.canonical);
  const truthPatches = patchesOfObject(raw.objectGuess ?? base.object, raw);
  await writeDataset(paths.patched, new RawData({ ...raw, truthPatches }), { signal });
}

/** Patches that are cut out of an object when they are read. */
function patchesOfObject(object: ComplexArray, { xcoords, ycoords, frameSize }: RawData): PatchSource {
  return {
    patchCount: xcoords.length,
    patchSize: frameSize,
    readPatches: async (indices, into) => {
      const pick = (all: Float64Array): Float64Array => Float64Array.from(indices, (index) => all[index] as number);
      into.set(extractPatches(object, { xs: pick(xcoords), ys: pick(ycoords), size: frameSize }).data);
    },
    close: async () => undefined,
  };
}
