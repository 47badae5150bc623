import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const VERSION = /^version_(\d+)$/;

/** Numbers of the log folders under `<directory>/training_logs`, ascending. */
async function versions(parent: string): Promise<number[]> {
  const names = await readdir(parent).catch(() => []);
  return names
    .flatMap((name) => VERSION.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/** Makes `<directory>/training_logs/version_<k>` with the next free number; with `latest`, the one of the last run if there is one. */
export async function openVersionDir(directory: string, options: { readonly latest: boolean }): Promise<string> {
  const parent = join(directory, 'training_logs');
  const last = (await versions(parent)).at(-1);
  const version = last === undefined ? 0 : options.latest ? last : last + 1;
  const path = join(parent, `version_${version}`);
  await mkdir(path, { recursive: true });
  return path;
}
