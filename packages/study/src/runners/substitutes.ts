import type { RunOptions } from '../compose.js';
import { UsageError } from '../errors.js';
import type { RunnerName } from './job-runner.js';

const SERVICES = ['bridgeFactory', 'trainer', 'writeBundle', 'clock', 'params', 'container', 'stages'] as const;

const substitutes = (options: RunOptions): readonly string[] => SERVICES.filter((name) => options[name] !== undefined);

/** True where a service of this process stands in for the production one. */
export const hasSubstitutes = (options: RunOptions): boolean => substitutes(options).length > 0;

/**
 * Services of this process do not reach jobs in other processes; ignoring them would be worse than refusing.
 *
 * @throws UsageError a service is substituted
 */
export function assertNoSubstitutes(options: RunOptions, runner: RunnerName): void {
  const given = substitutes(options);
  if (given.length === 0) return;
  throw new UsageError(`The runner '${runner}' runs jobs in other processes, which ${given.join(', ')} of this process cannot reach`, {
    fix: "use the runner 'in-process' where services are substituted",
  });
}
