import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

function readOrEmpty(read) {
  try {
    return read();
  } catch {
    return '';
  }
}

const boot = readOrEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
const pidSpace = readOrEmpty(() => readlinkSync('/proc/self/ns/pid'));

/** When a process started, in the system's own notation; undefined if it is not running. Process ids alone are reused. */
export function processStart(pid) {
  if (process.platform === 'linux') {
    const stat = readOrEmpty(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return stat === '' || fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  }
  const listed = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return listed.stdout?.trim() || undefined;
}

/** What other processes need to tell whether this one still runs. */
export function identityOf(pid) {
  return { host: hostname(), boot, pidSpace, pid, start: processStart(pid) };
}

/** `alive`, `dead`, or `unknown` for a process whose table cannot be seen from here (another machine, another container). */
export function lifeOf(identity) {
  if (identity.host !== hostname()) return 'unknown';
  if (identity.boot !== boot) return 'dead';
  if (identity.pidSpace !== pidSpace) return 'unknown';
  return processStart(identity.pid) === identity.start && identity.start !== undefined ? 'alive' : 'dead';
}
