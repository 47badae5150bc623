/** A bar such as `[=====     ]` that leaves room for text in a terminal of so many columns. */
export function progressBar(fraction: number, columns: number): string {
  const width = Math.min(24, Math.max(8, columns - 76));
  const full = Math.round(width * Math.min(1, Math.max(0, fraction)));
  return `[${'='.repeat(full)}${' '.repeat(width - full)}]`;
}
