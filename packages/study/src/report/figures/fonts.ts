import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const FACES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'] as const;

/** Name of the typeface of every figure. */
export const FIGURE_FONT = 'DejaVu Sans';

/** Font files drawn with, by path: system fonts are never consulted, so that a figure has the same pixels on every machine. */
export function fontFiles(): string[] {
  const root = dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json'));
  return FACES.map((face) => join(root, 'ttf', face));
}
