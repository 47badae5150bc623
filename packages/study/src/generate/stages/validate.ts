import type { Issue } from '@ptychokit/config';
import { checkDataset, DatasetContractError, openDataset } from '@ptychokit/memmap-bridge';
import { throwIfInterrupted } from '../../interruption-error.js';
import type { StageContext } from '../generate-stages.js';

/** Checks every file of the dose by the data contract, every frame included, and that no frame was lost on the way. */
export async function validate({ job, paths, signal }: StageContext): Promise<void> {
  const counts: Record<string, number> = {};
  for (const path of [paths.simulatedRaw, paths.canonical, paths.patched, paths.patchedTrain, paths.patchedTest]) {
    throwIfInterrupted(signal, { stage: `checking ${path}` });
    const issues = await checkDataset(path, { frames: 'all' });
    if (issues.length > 0) throw new DatasetContractError(issues, { path });
    await using raw = await openDataset(path);
    counts[path] = raw.frameCount;
    const needsTruth = path !== paths.simulatedRaw && path !== paths.canonical;
    if (needsTruth && raw.truthPatches === undefined) throw new DatasetContractError([missing('Y')], { path });
  }
  const total = (counts[paths.patchedTrain] as number) + (counts[paths.patchedTest] as number);
  for (const path of [paths.canonical, paths.patched]) {
    if (counts[path] !== job.frameCount) throw new DatasetContractError([wrongCount(job.frameCount, counts[path] as number)], { path });
  }
  if (total !== job.frameCount) throw new DatasetContractError([wrongCount(job.frameCount, total)], { path: paths.dir });
}

const missing = (key: string): Issue => ({ key, expected: 'present', got: 'nothing', fix: 'check the stage that writes it' });

const wrongCount = (expected: number, got: number): Issue => ({
  key: 'diffraction',
  expected: `${expected} frames, as many as positions in the base scan`,
  got: String(got),
  fix: 'check the stage that writes it',
});
