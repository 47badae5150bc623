import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Stamps live in `node_modules`, so that they go when what they vouch for goes. */
const stampPath = (root, name) => join(root, 'node_modules', '.ptychokit', `${name}.json`);

/** What was recorded when a step last succeeded; undefined if it never did. */
export function readStamp(root, name) {
  try {
    return JSON.parse(readFileSync(stampPath(root, name), 'utf8'));
  } catch {
    return undefined;
  }
}

export function writeStamp(root, name, facts) {
  const path = stampPath(root, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(facts));
  renameSync(`${path}.${process.pid}`, path);
}

export function removeStamp(root, name) {
  rmSync(stampPath(root, name), { force: true });
}
