import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The program of a desktop that opens a file, with its arguments. */
function opener(platform: NodeJS.Platform): readonly [program: string, ...args: string[]] {
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return ['xdg-open'];
}

/** Opens a file in the browser of the desktop; returns why that was not possible, or null. No shell sees the path. */
export function openInBrowser(path: string, platform: NodeJS.Platform = process.platform): Promise<string | null> {
  const [program, ...args] = opener(platform);
  return new Promise((done) => {
    const child = spawn(program, [...args, pathToFileURL(resolve(path)).href], { detached: true, stdio: 'ignore' });
    child.on('error', (error) => done(error.message));
    child.on('spawn', () => {
      child.unref();
      done(null);
    });
  });
}
