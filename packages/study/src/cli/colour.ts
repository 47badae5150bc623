import type { CliIo } from './cli-io.js';

const CODES = { bold: [1, 22], red: [31, 39], green: [32, 39], yellow: [33, 39], dim: [2, 22] } as const;

/** Paints text for standard error. */
export type Paint = (style: keyof typeof CODES, text: string) => string;

/** Colours only on a terminal, and never when `NO_COLOR` is set to anything (no-color.org). */
export function painter(io: Pick<CliIo, 'env' | 'errIsTerminal'>): Paint {
  const coloured = io.errIsTerminal && !io.env.NO_COLOR;
  return (style, text) => (coloured ? `\u001b[${CODES[style][0]}m${text}\u001b[${CODES[style][1]}m` : text);
}
