import { cpSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const PARTS = ['deps', 'lib'];

/** Makes the installed package use the engine in `entry`: by links, or by copies where links cannot be made. */
export function linkEngine(entry, packageFolder) {
  for (const part of PARTS) {
    const place = join(packageFolder, part);
    rmSync(place, { recursive: true, force: true });
    try {
      symlinkSync(join(entry, part), place, 'dir');
    } catch {
      cpSync(join(entry, part), place, { recursive: true, verbatimSymlinks: true });
    }
  }
}
