import { writeFileAtomically } from '../atomic-write.js';
import { readBaseScan } from '../generate/base-scan.js';
import { amplitudeFigure, phaseFigure } from '../report/figures/object-figures.js';
import type { BaseScanFile } from './base-scan-file.js';
import type { StudyRoots } from './study-roots.js';

/** Draws the object that a study simulates, to compare with; returns the paths of the figures. */
export async function drawTruth({ path }: BaseScanFile, { truth }: StudyRoots): Promise<readonly string[]> {
  const { object, name } = await readBaseScan(path);
  const subtitle = `the object of ${name}`;
  await writeFileAtomically(truth.amplitude, (await amplitudeFigure(object, { title: 'True amplitude', subtitle })).png);
  await writeFileAtomically(truth.phase, (await phaseFigure(object, { title: 'True phase', subtitle })).png);
  return [truth.amplitude, truth.phase];
}
