import { spawn } from 'node:child_process';
import { folderBytes } from './folder-bytes.mjs';
import { identityOf } from './process-identity.mjs';
import { Interrupted } from './setup-error.mjs';

const KEPT_OUTPUT = 64 * 1024;

const running = new Map();
const observers = new Set();
const stop = new AbortController();

/** Identities of the processes this set-up runs at the moment; each leads a process group of its own. */
export function runningProcesses() {
  return [...running.values()];
}

/** Calls `observer` whenever a process is started or has ended; returns the function that ends this. */
export function observeProcesses(observer) {
  observers.add(observer);
  return () => observers.delete(observer);
}

/** Ends all running processes and makes every later step throw {@link Interrupted}. */
export function interruptAll(signal) {
  stop.abort(new Interrupted(signal));
}

/** Throws {@link Interrupted} once {@link interruptAll} has been called. */
export function throwIfInterrupted() {
  stop.signal.throwIfAborted();
}

export function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended already
  }
}

function changed(pid, identity) {
  if (identity === undefined) running.delete(pid);
  else running.set(pid, identity);
  for (const observer of observers) observer();
}

function watchStall({ folder, seconds }, heard, onStall) {
  let last = -1;
  let since = Date.now();
  return setInterval(() => {
    const now = heard() + folderBytes(folder);
    if (now !== last) since = Date.now();
    else if (Date.now() - since > seconds * 1000) onStall(`nothing arrived for ${seconds} s`);
    last = now;
  }, 1000);
}

/**
 * Runs a command to its end and resolves to `{ code, output, stopped }`; never rejects because of the command itself.
 *
 * `stall: { folder, seconds }` ends it, with all its children, when neither its output nor the folder grows for so long;
 * `stopped` then says why. `limit_s` bounds its whole time.
 */
export async function runProcess(command, args, { cwd, env = process.env, stall, limit_s, verbose = false } = {}) {
  throwIfInterrupted();
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let heard = 0;
  let stopped;
  const end = (why) => {
    stopped ??= why;
    if (child.pid !== undefined) killGroup(child.pid);
  };
  const onAbort = () => end('interrupted');
  stop.signal.addEventListener('abort', onAbort, { once: true });
  const listen = (chunk) => {
    heard += chunk.length;
    output = (output + chunk).slice(-KEPT_OUTPUT);
    if (verbose) process.stderr.write(chunk);
  };
  child.stdout.setEncoding('utf8').on('data', listen);
  child.stderr.setEncoding('utf8').on('data', listen);
  const timers = [];
  if (limit_s !== undefined) timers.push(setTimeout(() => end(`not finished after ${limit_s} s`), limit_s * 1000));
  if (stall !== undefined) timers.push(watchStall(stall, () => heard, end));
  if (child.pid !== undefined) changed(child.pid, identityOf(child.pid));
  const code = await new Promise((resolve) => {
    child.on('error', (error) => {
      output += error.message;
      resolve(127);
    });
    child.on('close', (status, signal) => resolve(status ?? signal));
  });
  for (const timer of timers) clearTimeout(timer);
  stop.signal.removeEventListener('abort', onAbort);
  if (child.pid !== undefined) changed(child.pid, undefined);
  throwIfInterrupted();
  return { code, output, stopped };
}
