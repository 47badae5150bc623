import type { SolveRequest } from './prepare.js';

/** True in epochs (1-based) that update the probe. */
export const probeIsOn = ({ config }: Pick<SolveRequest, 'config'>, epoch: number): boolean =>
  config.optimiseProbe && epoch >= config.probeFromEpoch;

/** True in epochs that update the positions. */
export const positionsAreOn = ({ config }: Pick<SolveRequest, 'config'>, epoch: number): boolean =>
  config.refinePositions && epoch >= config.positionsFromEpoch;
