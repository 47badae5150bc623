import type { Mark } from 'vega';
import { INK } from './figure-style.js';
import { FIGURE_FONT } from './fonts.js';

/** Room above a plot for its title, drawing units. */
export const TITLE_HEIGHT = 68;

/** Title and subtitle above a plot, flush with its left edge. They are marks because Vega's own title moves with its guess of other texts' lengths. */
export function figureTitle(title: string, subtitle: string, { lift = 0 } = {}): Mark[] {
  const y = subtitle === '' ? -14 - lift : -32 - lift;
  const first = {
    y: { value: y },
    text: { value: title },
    fontSize: { value: 16 },
    fontWeight: { value: 'bold' },
    fill: { value: INK.text },
  } as const;
  const second = { y: { value: y + 19 }, text: { value: subtitle }, fontSize: { value: 12 }, fill: { value: INK.quiet } };
  return [first, second].map((enter) => ({ type: 'text', encode: { enter: { ...enter, font: { value: FIGURE_FONT } } } }));
}
