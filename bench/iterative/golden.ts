import { iterativeParity } from '../../test/parity/iterative.js';
import { goldenDir } from '../../test/support/shared-data.js';
import type { Row } from '../row.js';

/** States of every minibatch beside those of an independent program. */
export async function golden(): Promise<Row[]> {
  const folder = goldenDir();
  if (folder === undefined) return [];
  const checks = await iterativeParity(folder);
  const worst = Math.max(...checks.map(({ error }) => error));
  const good = checks.filter(({ error, gate }) => error <= gate).length;
  const figure = 'golden states of ePIE, rPIE, LSQ-ML, largest relative error';
  return [
    { figure, gate: '<= 1e-4', measured: `${worst.toExponential(1)}, ${good} of ${checks.length} states`, passed: good === checks.length },
  ];
}
