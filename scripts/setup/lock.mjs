import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf, lifeOf } from './process-identity.mjs';
import { killGroup, observeProcesses, runningProcesses, throwIfInterrupted } from './run-process.mjs';

const POLL_MS = 200;
const HEARTBEAT_MS = 10_000;
const SILENCE_MS = 90_000;
const TORN_MS = 2_000;

function generations(folder) {
  return readdirSync(folder).map(Number).filter(Number.isInteger);
}

const highest = (folder) => Math.max(0, ...generations(folder));

function readHolder(path) {
  try {
    return { ...JSON.parse(readFileSync(path, 'utf8')), touched: statSync(path).mtimeMs };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    return { torn: true, touched: statSync(path, { throwIfNoEntry: false })?.mtimeMs };
  }
}

/** True when nobody can be at work under this generation any more; ends what a killed holder left running. */
function isAbandoned(holder, silent_ms) {
  if (holder.released) return true;
  if (holder.torn) return silent_ms > TORN_MS;
  const life = lifeOf(holder.owner);
  if (life === 'alive') return false;
  if (life === 'unknown') return silent_ms > SILENCE_MS;
  for (const child of holder.children) if (lifeOf(child) === 'alive') killGroup(child.pid);
  return true;
}

async function acquire(folder, onWait) {
  mkdirSync(folder, { recursive: true });
  let watched = { since: Date.now() };
  let told = false;
  for (;;) {
    throwIfInterrupted();
    const last = highest(folder);
    const holder = last === 0 ? { released: true } : readHolder(join(folder, String(last)));
    if (holder === undefined) continue;
    if (watched.generation !== last || watched.touched !== holder.touched) {
      watched = { generation: last, touched: holder.touched, since: Date.now() };
    }
    if (!isAbandoned(holder, Date.now() - watched.since)) {
      if (!told) onWait?.(holder.owner);
      told = true;
      await sleep(POLL_MS);
      continue;
    }
    const mine = join(folder, String(last + 1));
    try {
      writeFileSync(mine, holderText(), { flag: 'wx' });
    } catch (error) {
      if (error.code === 'EEXIST') continue;
      throw error;
    }
    if (highest(folder) === last + 1) return last + 1;
    rmSync(mine, { force: true });
  }
}

function holderText() {
  return JSON.stringify({ owner: identityOf(process.pid), children: runningProcesses() });
}

/**
 * Runs `work` while no other process runs work under the same folder, on this machine or another that shares it.
 *
 * The folder holds one numbered file, the holder being the highest number. A crashed holder is replaced at once where its
 * process can be seen, and after 90 s without a sign of life where it cannot. Numbers only rise, so that two processes
 * replacing the same crashed holder cannot both succeed.
 */
export async function withLock(folder, work, { onWait } = {}) {
  const generation = await acquire(folder, onWait);
  const path = join(folder, String(generation));
  for (const older of generations(folder)) if (older < generation) rmSync(join(folder, String(older)), { force: true });
  const unobserve = observeProcesses(() => writeFileSync(path, holderText()));
  const heartbeat = setInterval(() => existsSync(path) && utimesSync(path, new Date(), new Date()), HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    unobserve();
    writeFileSync(path, JSON.stringify({ released: true }));
  }
}
