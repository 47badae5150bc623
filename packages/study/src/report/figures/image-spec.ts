import type { Axis, GroupMark, Mark, Spec } from 'vega';
import type { ColourMap } from './colour-maps.js';
import type { DisplayRange } from './display-range.js';
import { FIGURE_CONFIG, INK } from './figure-style.js';
import { figureTitle, TITLE_HEIGHT } from './figure-title.js';
import { FIGURE_FONT } from './fonts.js';
import { pngDataUrl } from './png-data-url.js';
import type { ScaleBar } from './scale-bar.js';

/** What the drawing of an image needs to know; lengths are in image pixels unless they say otherwise. */
export interface ImageSpecParts {
  readonly title: string;
  readonly subtitle: string;
  readonly valueTitle: string;
  readonly pictureUrl: string;
  /** Rows and columns covered by the picture. */
  readonly extent: readonly [rows: number, columns: number];
  readonly origin: { readonly x: number; readonly y: number };
  readonly map: ColourMap;
  readonly range: DisplayRange;
  readonly bar: ScaleBar;
}

/** Longer side of the picture in drawing units: about 900 device pixels for the whole figure. */
const LONGEST = 470;
const BAR_WIDTH = 16;
/** Room for the colour bar. */
const RIGHT = 112;

/** An image with axes in scan coordinates, a colour bar with its own axis, and a scale bar. */
export function imageSpec(parts: ImageSpecParts): Spec {
  const [rows, columns] = parts.extent;
  const unit = LONGEST / Math.max(rows, columns);
  const [width, height] = [Math.max(160, columns * unit), Math.max(120, rows * unit)];
  const { x, y } = parts.origin;
  return {
    background: 'white',
    // Explicit margins: without a canvas text can only be measured roughly, and an automatic layout would follow that guess.
    autosize: 'none',
    padding: { left: 78, top: TITLE_HEIGHT, right: RIGHT, bottom: 58 },
    width,
    height,
    config: FIGURE_CONFIG,
    scales: [
      { name: 'x', type: 'linear', domain: [x, x + columns], range: [0, width], zero: false, nice: false },
      { name: 'y', type: 'linear', domain: [y, y + rows], range: [0, height], zero: false, nice: false },
    ],
    axes: [
      { orient: 'bottom', scale: 'x', title: 'x (px)', tickCount: Math.round(width / 80), offset: 4 },
      { orient: 'left', scale: 'y', title: 'y (px)', tickCount: Math.round(height / 60), offset: 4 },
    ],
    marks: [
      ...figureTitle(parts.title, parts.subtitle, { width: width + RIGHT }),
      { type: 'rect', encode: { enter: { width: { value: width }, height: { value: height }, fill: { value: INK.outside } } } },
      picture(parts.pictureUrl, { width, height }),
      ...scaleBarMarks(parts.bar, { unit: width / columns, height }),
      colourBar(parts, { width, height }),
    ],
  };
}

interface Box {
  readonly width: number;
  readonly height: number;
}

function picture(url: string, { width, height }: Box): Mark {
  const enter = {
    url: { value: url },
    width: { value: width },
    height: { value: height },
    aspect: { value: false },
    smooth: { value: false },
  };
  return { type: 'image', encode: { enter } };
}

/** White bar and label on a dark plate, legible on any colour map. */
function scaleBarMarks(bar: ScaleBar, { unit, height }: { unit: number; height: number }): Mark[] {
  const length = bar.lengthPx * unit;
  const plate = { left: 10, width: Math.max(length, bar.label.length * 7.4) + 16, height: 32 };
  const top = height - plate.height - 10;
  const middle = plate.left + plate.width / 2;
  const rect = (x: number, y: number, w: number, h: number, fill: string, opacity: number): Mark => ({
    type: 'rect',
    encode: {
      enter: {
        x: { value: x },
        y: { value: y },
        width: { value: w },
        height: { value: h },
        fill: { value: fill },
        fillOpacity: { value: opacity },
        cornerRadius: { value: h > 10 ? 3 : 0 },
      },
    },
  });
  return [
    rect(plate.left, top, plate.width, plate.height, '#111111', 0.62),
    rect(middle - length / 2, top + 24, length, 3, '#ffffff', 1),
    {
      type: 'text',
      encode: {
        enter: {
          x: { value: middle },
          y: { value: top + 17 },
          align: { value: 'center' },
          text: { value: bar.label },
          fill: { value: '#ffffff' },
          fontSize: { value: 12 },
          font: { value: FIGURE_FONT },
        },
      },
    },
  ];
}

function colourBar({ map, range, valueTitle }: ImageSpecParts, { width, height }: Box): GroupMark {
  const ramp = pngDataUrl(
    Float32Array.from({ length: 256 }, (_, i) => 255 - i),
    [256, 1],
    { map, range: [0, 255] },
  );
  return {
    type: 'group',
    encode: { enter: { x: { value: width + 18 }, width: { value: BAR_WIDTH }, height: { value: height }, stroke: { value: INK.quiet } } },
    scales: [{ name: 'value', type: 'linear', domain: [...range], range: [height, 0], zero: false, nice: false }],
    axes: [
      {
        orient: 'right',
        scale: 'value',
        title: valueTitle,
        titleAngle: -90,
        titleAnchor: 'middle',
        titleX: 62,
        titleBaseline: 'middle',
        domain: false,
        ...barTicks(map, height),
      },
    ],
    marks: [picture(ramp, { width: BAR_WIDTH, height })],
  };
}

/** The cyclic map is ticked at multiples of pi / 2, the others at round numbers. */
function barTicks(map: ColourMap, height: number): Partial<Axis> {
  if (map !== 'phase') return { tickCount: Math.round(height / 60) };
  const text = "datum.value < -3 ? '−π' : datum.value < -1 ? '−π/2' : datum.value < 1 ? '0' : datum.value < 3 ? 'π/2' : 'π'";
  const values = [-Math.PI, -Math.PI / 2, 0, Math.PI / 2, Math.PI];
  return { values, encode: { labels: { update: { text: { signal: text } } } } };
}
