import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** The clone the tests run in. */
export const repository = new URL('../../', import.meta.url);

/** A module of `scripts/setup`; these are plain JavaScript, so the caller says what it expects there. */
export async function loadScript<T>(name: string): Promise<T> {
  return (await import(/* @vite-ignore */ scriptUrl(name))) as T;
}

export const scriptUrl = (name: string): string => new URL(`scripts/setup/${name}`, repository).href;

/** A folder of its own for one test, removed afterwards. */
export function scratchFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'setup-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

export interface Ended {
  readonly code: number | string;
  readonly output: string;
}

/** A process running JavaScript source; `said` resolves once its output contains a text, `ended` when it is over. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  said(text: string): Promise<void>;
}

export function runSource(source: string, env: NodeJS.ProcessEnv = process.env): Running {
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const listeners = new Set<() => void>();
  const listen = (chunk: Buffer) => {
    output += String(chunk);
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code, signal) => resolve({ code: code ?? signal ?? 'unknown', output })),
  );
  const said = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const check = () => output.includes(text) && resolve();
      listeners.add(check);
      void ended.then(() => reject(new Error(`it ended without saying "${text}":\n${output}`)));
      check();
    });
  return { child, ended, said };
}

/** Resolves once `condition` holds. */
export async function eventually(condition: () => boolean): Promise<void> {
  const limit = Date.now() + 40_000;
  while (!condition()) {
    if (Date.now() > limit) throw new Error(`it never came true: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** True while a process exists that is not merely waiting to be collected. */
export function isRunning(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  return existsSync(`/proc/${pid}/exe`);
}
