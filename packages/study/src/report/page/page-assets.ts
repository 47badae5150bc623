import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Scripts in the order they build on each other. */
const SCRIPTS = ['decode.js', 'paint.js', 'viewer.js', 'overview.js', 'table.js', 'main.js'] as const;

/** What a page looks like and does, with the digests by which its policy knows them. */
export interface PageAssets {
  readonly style: string;
  readonly script: string;
  /** Content of a Content-Security-Policy: this style, this script, images in the page, and nothing else. */
  readonly policy: string;
}

/** Reads style and script of the report. */
export async function pageAssets(): Promise<PageAssets> {
  const [style = '', ...scripts] = await Promise.all(['page.css', ...SCRIPTS].map(assetText));
  // One scope of its own, so that nothing in the page gets a name of the script by its id.
  const script = `(() => {\n'use strict';\n${scripts.join('\n')}})();\n`;
  const policy = [
    "default-src 'none'",
    `style-src '${digest(style)}'`,
    `script-src '${digest(script)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return { style, script, policy };
}

/** Beside the package.json, wherever a bundle of this module lies. */
function assetText(name: string): Promise<string> {
  const root = dirname(createRequire(import.meta.url).resolve('@ptychokit/study/package.json'));
  return readFile(join(root, 'assets', 'report', name), 'utf8');
}

const digest = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
