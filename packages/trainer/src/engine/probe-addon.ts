import { execFile } from 'node:child_process';

const LIMIT_MS = 60_000;
const SCRIPT = 'process.stdout.write(require(process.argv[1]).TF_Version)';

/** Outcome of loading the addon in a process of its own. */
export type AddonProbe =
  | { readonly loads: true; readonly tensorflowVersion: string }
  | { readonly loads: false; readonly reason: string /** Last lines of its stderr. */; readonly output: string };

/** Loads an addon in a process of its own, so that one that crashes (a missing instruction set, a foreign library) can be reported. */
export function probeAddon(path: string): Promise<AddonProbe> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['-e', SCRIPT, path], { timeout: LIMIT_MS, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error === null) return resolve({ loads: true, tensorflowVersion: stdout.trim() });
      const named = /^(?:\w*Error): (.*)$/m.exec(stderr)?.[1];
      const died = error.killed === true ? `it does not finish within ${LIMIT_MS / 1000} s` : `the process dies of ${error.signal}`;
      resolve({
        loads: false,
        reason: error.signal == null ? (named ?? error.message) : died,
        output: stderr.trim().split('\n').slice(-8).join('\n'),
      });
    });
  });
}
