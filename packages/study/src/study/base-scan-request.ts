import { ConfigError, type Issue, type StudyDesign } from '@ptychokit/config';
import type { SimulationRequest } from '../simulation/simulation-request.js';

/** Fields of `baseScan` and what they hold. */
const FIELDS: Readonly<Record<keyof SimulationRequest, 'string' | 'number'>> = {
  object: 'string',
  probe: 'string',
  scan: 'string',
  nphotons: 'number',
  N: 'number',
  frames: 'number',
  step: 'number',
  objectSize: 'number',
  spokes: 'number',
  defocus: 'number',
  phase: 'number',
  contrast: 'number',
  seed: 'number',
};

/**
 * The scan that a design simulates as its base.
 *
 * @throws ConfigError a field that does not exist, or is of another type; all of them
 */
export function baseScanRequest({ baseScan }: StudyDesign): SimulationRequest {
  const issues = Object.entries(baseScan).flatMap(([name, value]): readonly Issue[] => {
    const type = FIELDS[name as keyof SimulationRequest] as 'string' | 'number' | undefined;
    const key = `baseScan.${name}`;
    if (type === undefined) {
      const expected = `one of ${Object.keys(FIELDS).join(', ')}`;
      return [{ key, expected, got: `'${name}'`, fix: 'correct the name, or leave the field out' }];
    }
    return typeof value === type ? [] : [{ key, expected: `a ${type}`, got: JSON.stringify(value), fix: 'correct it, or leave it out' }];
  });
  if (issues.length > 0) throw new ConfigError(issues);
  return baseScan as SimulationRequest;
}
