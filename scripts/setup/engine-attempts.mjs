import { requestedEngine } from './adopt-engine.mjs';
import { SetupError, WayFailed } from './setup-error.mjs';

/** True if `work` succeeds; a way that fails, also for want of space or permission, is added to `failures`. */
export async function attempt(label, failures, work) {
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof WayFailed) && error.syscall === undefined) throw error;
    failures.push({ label, error: error instanceof WayFailed ? error : new WayFailed(error.message) });
    return false;
  }
}

function remedy(packages, request) {
  const again = 'npm run setup';
  if (packages.length > 0) return `apt-get install ${packages.join(' ')} (Debian, Ubuntu), then: ${again}`;
  if (request === 'auto')
    return `mend the connection (HTTPS_PROXY, pip's index), or name a libtensorflow on this machine: PTYCHOKIT_TENSORFLOW=<dir> ${again}`;
  return `PTYCHOKIT_TENSORFLOW=${request} allows this way only; to try all of them: env -u PTYCHOKIT_TENSORFLOW ${again}`;
}

/** The error for a person when no way led to an engine. */
export function noEngine({ failures, env }) {
  const packages = [...new Set(failures.flatMap(({ error }) => error.packages))];
  return new SetupError('The TensorFlow engine could not be set up', {
    tried: failures.map(({ label, error }) => `${label}: ${error.message}`),
    missing: [...new Set(failures.flatMap(({ error }) => error.missing))],
    fix: remedy(packages, requestedEngine(env)),
    output: failures.findLast(({ error }) => error.output !== undefined)?.error.output,
  });
}
