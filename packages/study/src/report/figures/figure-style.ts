import type { Config } from 'vega';
import { FIGURE_FONT } from './fonts.js';

/** Ink colours shared by all figures; the line colours are told apart in common colour blindness (M. Okabe, K. Ito 2008). */
export const INK = {
  text: '#222222',
  quiet: '#6b6b6b',
  grid: '#e6e6e6',
  outside: '#d4d4d4',
  lines: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'],
} as const;

/** Typography of all figures. */
export const FIGURE_CONFIG: Config = {
  axis: {
    labelFont: FIGURE_FONT,
    titleFont: FIGURE_FONT,
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    titlePadding: 8,
    labelColor: INK.text,
    titleColor: INK.text,
    domainColor: INK.quiet,
    tickColor: INK.quiet,
    gridColor: INK.grid,
  },
};
