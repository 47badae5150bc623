import { execFileSync } from 'node:child_process';

/** The command lines that scripts in the field use, as they are written there; paths relative to the directory they run in. */
export const CONTRACT_COMMANDS = {
  generate: 'generate --base-npz scan.npz --output-root tmp/c',
  overlap: 'overlap --phase-c-root tmp/c --output-root tmp/d --artifact-root reports/overlap',
  baseline:
    'train --phase-c-root tmp/c --phase-d-root tmp/d --artifact-root reports/train --dose 1000 --view baseline --gridsize 1 ' +
    '--max_epochs 1 --n_images 32 --batch_size 4 --accelerator cpu --deterministic --num-workers 0 --logger csv',
  dense:
    'train --phase-c-root tmp/c --phase-d-root tmp/d --artifact-root tmp/e --dose 1000 --view dense --gridsize 2 ' +
    '--accelerator cpu --deterministic --num-workers 0',
} as const;

/** The digest that the system's own tool prints; undefined where there is none. */
export function sha256sum(path: string): string | undefined {
  try {
    return execFileSync('sha256sum', [path], { encoding: 'utf8' }).slice(0, 64);
  } catch {
    return undefined;
  }
}

/** What the two lines of a trained job say. */
export function bundleLines(stdout: string): readonly { readonly label: string; readonly name: string; readonly sha256: string }[] {
  const pattern = /^ {4}→ Bundle \[(.+)\]: (.+)\n {4}→ SHA256 \[\1\]: ([0-9a-f]{64})$/gm;
  return [...stdout.matchAll(pattern)].map(([, label = '', name = '', sha256 = '']) => ({ label, name, sha256 }));
}
