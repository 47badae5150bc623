import { readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { asInterruption } from '../interruption-error.js';
import { asOutputError } from '../output-error.js';
import { LockedError } from './locked-error.js';
import { type ProcessIdentity, processIdentity, processLife } from './process-identity.js';

/** How to take a lock. */
export interface LockOptions {
  /** Waits for the holder instead of refusing. Default false. */
  readonly wait?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told once, when it has to wait. */
  readonly onWait?: ((holder: ProcessIdentity) => void) | undefined;
}

/** A lock that is held until it is released. */
export interface DirectoryLock extends Disposable {
  /** Lets others have the directory; repeated, it does nothing. */
  release(): void;
}

const POLL_MS = 200;
const HEARTBEAT_MS = 10_000;
const SILENCE_MS = 90_000;
const TORN_MS = 2_000;

/** Where a directory keeps its lock. */
export const LOCK_DIR = '.lock';

/**
 * Holds a directory for one process, on this machine or on another that shares the disk, until the lock is released or its holder is dead.
 *
 * `.lock` holds one numbered file, the holder being the highest number. A holder that crashed is replaced at once where its process can be
 * seen (id and start time), and after 90 s without a sign of life where it cannot. Numbers only rise, so that two processes that replace
 * the same crashed holder cannot both succeed.
 *
 * @throws LockedError another process holds it, and `wait` is off
 * @throws InterruptedError aborted while waiting
 * @throws OutputError the lock cannot be written
 */
export async function lockDirectory(dir: string, options: LockOptions = {}): Promise<DirectoryLock> {
  const folder = join(dir, LOCK_DIR);
  try {
    await mkdir(folder, { recursive: true });
    const number = await acquire(folder, dir, options);
    return hold(folder, number);
  } catch (error) {
    throw asInterruption(asOutputError(error, folder), options.signal);
  }
}

type Holder = { readonly kind: 'released' } | { readonly kind: 'torn' } | { readonly kind: 'held'; readonly owner: ProcessIdentity };

async function acquire(folder: string, dir: string, { wait = false, signal, onWait }: LockOptions): Promise<number> {
  let watched = { key: '', since: Date.now() };
  let told = false;
  for (;;) {
    const last = highest(folder);
    const holder = last === 0 ? { holder: { kind: 'released' } as const, touched: 0 } : readHolder(join(folder, String(last)));
    if (holder === undefined) continue;
    const key = `${last} ${holder.touched}`;
    if (watched.key !== key) watched = { key, since: Date.now() };
    if (isAbandoned(holder.holder, Date.now() - watched.since)) {
      if (claim(folder, last + 1)) return last + 1;
      continue;
    }
    if (holder.holder.kind === 'held') {
      if (!wait) throw new LockedError(dir, holder.holder.owner);
      if (!told) onWait?.(holder.holder.owner);
      told = true;
    }
    await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
}

/** True when nobody can be at work under this holder any more. */
function isAbandoned(holder: Holder, silent_ms: number): boolean {
  if (holder.kind === 'released') return true;
  if (holder.kind === 'torn') return silent_ms > TORN_MS;
  const life = processLife(holder.owner);
  return life === 'dead' || (life === 'unknown' && silent_ms > SILENCE_MS);
}

/** Writes the file of the next holder; false when another process was faster. */
function claim(folder: string, number: number): boolean {
  const mine = join(folder, String(number));
  try {
    writeFileSync(mine, JSON.stringify({ owner: processIdentity() }), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    rmSync(mine, { force: true });
    throw error;
  }
  if (highest(folder) === number) return true;
  rmSync(mine, { force: true });
  return false;
}

function hold(folder: string, number: number): DirectoryLock {
  const path = join(folder, String(number));
  for (const older of numbers(folder)) if (older < number) rmSync(join(folder, String(older)), { force: true });
  const heartbeat = setInterval(() => attempt(() => utimesSync(path, new Date(), new Date())), HEARTBEAT_MS);
  heartbeat.unref();
  let held = true;
  const release = (): void => {
    clearInterval(heartbeat);
    // The disk may be full or the directory gone: a dead owner frees the lock as well.
    if (held) attempt(() => writeFileSync(path, JSON.stringify({ released: true }), { flag: 'r+' }));
    held = false;
  };
  return { release, [Symbol.dispose]: release };
}

function readHolder(path: string): { readonly holder: Holder; readonly touched: number } | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    const touched = statSync(path).mtimeMs;
    return { holder: parseHolder(text), touched };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseHolder(text: string): Holder {
  if (text.startsWith('{"released":true}')) return { kind: 'released' };
  try {
    const { owner } = JSON.parse(text) as { readonly owner?: ProcessIdentity };
    return typeof owner?.pid === 'number' ? { kind: 'held', owner } : { kind: 'torn' };
  } catch {
    return { kind: 'torn' };
  }
}

const numbers = (folder: string): number[] => readdirSync(folder).map(Number).filter(Number.isInteger);

const highest = (folder: string): number => Math.max(0, ...numbers(folder));

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // Nothing depends on it.
  }
}
