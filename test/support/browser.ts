import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Chromium of this machine: PTYCHOKIT_CHROMIUM, or the first on the PATH; undefined where there is none. */
export function findChromium(): string | undefined {
  const { PTYCHOKIT_CHROMIUM: named, PATH = '' } = process.env;
  if (named !== undefined) return named;
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  return PATH.split(delimiter)
    .flatMap((dir) => names.map((name) => join(dir, name)))
    .find(isProgram);
}

/** Starts a browser that talks to nobody. */
export const launchChromium = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
