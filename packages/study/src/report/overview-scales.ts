import type { CellView } from './cell-view.js';
import type { DisplayRange } from './figures/display-range.js';

/** One scale of amplitudes and one of phases for many cells: those of their truths together. */
export function overviewScales(seen: readonly { readonly view: CellView }[]): Readonly<Record<'amplitude' | 'phase', DisplayRange>> {
  const together = (kind: string): DisplayRange => {
    const ranges = seen.flatMap(({ view }) => (view.reason === null ? [view.scales[kind] as DisplayRange] : []));
    return [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];
  };
  return { amplitude: together('amplitude'), phase: together('phase') };
}
