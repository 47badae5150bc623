import { createHash, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** A writer touches its file every few milliseconds; one that did not for an hour is dead. */
const ABANDONED_MS = 3_600_000;
const NAME = /\.([0-9a-f]{8})-(\d+)-[0-9a-f-]{36}\.tmp$/;

/** A name beside `target` that no other writer uses, and that says who writes: this machine and process. */
export function temporaryPath(target: string): string {
  return `${target}.${thisHost()}-${process.pid}-${randomUUID()}.tmp`;
}

/** True for names that {@link temporaryPath} makes. */
export function isTemporary(name: string): boolean {
  return NAME.test(name);
}

/** True where the writer of a temporary file is gone: its process ended, or (on another machine) nothing was written for an hour. */
export function isAbandoned(name: string, lastWrite: Date): boolean {
  const [, host, pid] = NAME.exec(name) ?? [];
  if (host === thisHost() && !isAlive(Number(pid))) return true;
  return Date.now() - lastWrite.getTime() > ABANDONED_MS;
}

let host: string | undefined;
function thisHost(): string {
  host ??= createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
  return host;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
