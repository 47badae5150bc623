import type { ParityCheck, ParitySuite } from './check.js';
import { forwardParity } from './forward.js';
import { groupingParity } from './grouping.js';
import { lossesParity } from './losses.js';
import { mergeParity } from './merge.js';
import { metricsParity } from './metrics.js';
import { networkParity } from './network.js';
import { overlapParity } from './overlap.js';
import { patchesParity } from './patches.js';
import { scalesParity } from './scales.js';
import { simlinesParity } from './simlines.js';
import { simulatorParity } from './simulator.js';
import { stitchingParity } from './stitching.js';

const SUITES: readonly ParitySuite[] = [
  groupingParity,
  patchesParity,
  forwardParity,
  lossesParity,
  scalesParity,
  simulatorParity,
  networkParity,
  mergeParity,
  stitchingParity,
  metricsParity,
  overlapParity,
  simlinesParity,
];

/** The checks of every suite, one after another. */
export async function allParity(folder: string): Promise<readonly ParityCheck[]> {
  const checks: ParityCheck[] = [];
  for (const suite of SUITES) checks.push(...(await suite(folder)));
  return checks;
}
