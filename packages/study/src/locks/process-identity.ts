import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What other processes need to tell whether one still runs: process ids alone are reused. */
export interface ProcessIdentity {
  readonly host: string;
  /** Changes at every start of the machine. */
  readonly boot: string;
  /** Process ids of different name spaces do not compare. */
  readonly pidSpace: string;
  readonly pid: number;
  /** When the process started, in the system's own notation. */
  readonly start: string | null;
}

/** `unknown`: its process table cannot be seen from here (another machine, another container). */
export type ProcessLife = 'alive' | 'dead' | 'unknown';

/** The identity of a process of this machine. */
export function processIdentity(pid: number = process.pid): ProcessIdentity {
  return { host: hostname(), boot: bootId(), pidSpace: pidSpace(), pid, start: processStart(pid) };
}

/** Whether a process still runs. */
export function processLife(identity: ProcessIdentity): ProcessLife {
  if (identity.host !== hostname()) return 'unknown';
  if (identity.boot !== bootId()) return 'dead';
  if (identity.pidSpace !== pidSpace()) return 'unknown';
  // Without a process table in /proc only the id can be asked for.
  if (identity.start === null) return canSignal(identity.pid) ? 'alive' : 'dead';
  return processStart(identity.pid) === identity.start ? 'alive' : 'dead';
}

const bootId = (): string => readOrEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
const pidSpace = (): string => readOrEmpty(() => readlinkSync('/proc/self/ns/pid'));

function processStart(pid: number): string | null {
  const stat = readOrEmpty(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const isGone = stat === '' || fields[0] === 'Z' || fields[0] === 'X';
  return isGone ? null : (fields[19] ?? null);
}

function canSignal(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readOrEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
