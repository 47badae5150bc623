import type { Mark } from 'vega';
import { INK } from './figure-style.js';
import { FIGURE_FONT } from './fonts.js';

/** Room above a plot for its title, drawing units. */
export const TITLE_HEIGHT = 68;

/**
 * Title and subtitle above a plot, flush with its left edge; a long subtitle is set smaller where the room for it (`width`, drawing units) is known.
 * They are marks because Vega's own title moves with its guess of other texts' lengths.
 */
export function figureTitle(title: string, subtitle: string, { lift = 0, width = 0 } = {}): Mark[] {
  const y = subtitle === '' ? -14 - lift : -32 - lift;
  const first = {
    y: { value: y },
    text: { value: title },
    fontSize: { value: 16 },
    fontWeight: { value: 'bold' },
    fill: { value: INK.text },
  } as const;
  const second = {
    y: { value: y + 19 },
    text: { value: subtitle },
    fontSize: { value: subtitleSize(subtitle, width) },
    fill: { value: INK.quiet },
  };
  return [first, second].map((enter) => ({ type: 'text', encode: { enter: { ...enter, font: { value: FIGURE_FONT } } } }));
}

const SUBTITLE_SIZE = 12;
const SMALLEST_SIZE = 8;
/** Mean advance of a character of the figures' font, in ems. */
const ADVANCE = 0.58;

/** Font size at which a subtitle fits into a width; 0 for any width. */
function subtitleSize(subtitle: string, width: number): number {
  if (width === 0) return SUBTITLE_SIZE;
  return Math.max(SMALLEST_SIZE, Math.min(SUBTITLE_SIZE, width / (ADVANCE * subtitle.length)));
}
