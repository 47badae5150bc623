import { interpolateCividis, interpolateMagma, interpolateViridis } from 'd3-scale-chromatic';

/** 256 colours from the low to the high end of a scale, `[256 * 3]` sRGB bytes. */
export type ColourTable = Uint8Array;

/** Names of the colour maps; all are perceptually uniform, `phase` is also cyclic (its two ends are one colour). */
export type ColourMap = 'viridis' | 'magma' | 'cividis' | 'grey' | 'phase';

const SIZE = 256;
const tables = new Map<ColourMap, ColourTable>();

/** The table of a colour map. */
export function colourTable(map: ColourMap): ColourTable {
  const known = tables.get(map);
  if (known) return known;
  const table = buildTable(map);
  tables.set(map, table);
  return table;
}

function buildTable(map: ColourMap): ColourTable {
  if (map === 'phase') return cyclicTable();
  const colour = { viridis: interpolateViridis, magma: interpolateMagma, cividis: interpolateCividis, grey }[map];
  const table = new Uint8Array(SIZE * 3);
  for (let i = 0; i < SIZE; i++) table.set(parseColour(colour(i / (SIZE - 1))), 3 * i);
  return table;
}

/** OKLab is even in lightness: black to white in equal steps of L. */
function grey(t: number): string {
  const [level] = okLabToSrgb(t, 0, 0);
  return `rgb(${level}, ${level}, ${level})`;
}

/** d3 gives `#rrggbb` for tabulated maps and `rgb(r, g, b)` for computed ones. */
function parseColour(colour: string): number[] {
  if (colour.startsWith('#')) return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return (colour.match(/\d+/g) ?? []).slice(0, 3).map(Number);
}

/**
 * A tilted circle in the OKLab space, walked at constant speed.
 *
 * Equal phase steps are equal colour differences (constant arc length in OKLab, B. Ottosson 2020); lightness rises towards yellow
 * and falls towards violet, because hue alone hides fine detail (P. Kovesi, arXiv:1509.03700, section 5.3).
 */
function cyclicTable(): ColourTable {
  const fine = 4096;
  const lengths = new Float64Array(fine + 1);
  for (let i = 1; i <= fine; i++) lengths[i] = (lengths[i - 1] as number) + distance(circle((i - 1) / fine), circle(i / fine));
  const total = lengths[fine] as number;
  const table = new Uint8Array(SIZE * 3);
  for (let k = 0, i = 0; k < SIZE; k++) {
    while ((lengths[i + 1] as number) < (total * k) / (SIZE - 1) && i < fine - 1) i++;
    const [lightness, a, b] = circle(k === SIZE - 1 ? 0 : i / fine);
    table.set(okLabToSrgb(lightness, a, b), 3 * k);
  }
  return table;
}

type Lab = readonly [lightness: number, a: number, b: number];

const LIGHT_HUE = (130 / 180) * Math.PI;

/**
 * The widest circle of this tilt inside the sRGB gamut, found by search: its centre lies off the grey axis because the gamut is lopsided.
 * Phase 0, the middle of the scale, is the lightest colour and +-pi the darkest.
 */
function circle(t: number): Lab {
  const angle = LIGHT_HUE + Math.PI + 2 * Math.PI * t;
  return [0.66 + 0.18 * Math.cos(angle - LIGHT_HUE), 0.05 + 0.155 * Math.cos(angle), -0.02 + 0.155 * Math.sin(angle)];
}

function distance(p: Lab, q: Lab): number {
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

/** OKLab to sRGB bytes (matrices of B. Ottosson, "A perceptual color space for image processing", 2020). */
function okLabToSrgb(lightness: number, a: number, b: number): number[] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map(gammaEncode);
}

function gammaEncode(linear: number): number {
  const clipped = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055));
}
