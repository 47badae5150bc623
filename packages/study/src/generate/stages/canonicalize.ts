import { prepareDataset } from '@ptychokit/memmap-bridge';
import type { StageContext } from '../generate-stages.js';

/** What a simulator wrote, made to conform to the data contract: our own conforms already, a substituted one need not. */
export async function canonicalize({ paths, signal }: StageContext): Promise<void> {
  await prepareDataset(paths.simulatedRaw, paths.canonical, { signal });
}
