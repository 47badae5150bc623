// Numbers become colours.

/** @typedef {{ map: string, range: [number, number] }} Scale */

/** @type {Record<string, Uint8Array>} */
const colourTables = {};

/** @param {string} map */
function colourTableOf(map) {
  if (colourTables[map] === undefined) {
    const all = JSON.parse(document.getElementById('data-colours')?.textContent ?? '{}');
    for (const [name, table] of Object.entries(all)) colourTables[name] = bytesOf(table);
  }
  return colourTables[map];
}

/** A phase that spans more than this needs the whole circle. */
const WIDE_PHASE = 1.5 * Math.PI;

/**
 * The colours of a quantity. Phases: as the reader chose; by themselves cyclic over the whole circle where the truth needs it, else over the
 * range of the truth.
 * @param {string} kind
 * @param {[number, number]} range
 * @param {string} phaseMode
 * @returns {Scale}
 */
function scaleOf(kind, range, phaseMode) {
  if (kind === 'amplitude') return { map: 'viridis', range };
  if (kind !== 'phase') return { map: 'magma', range };
  const isWide = range[1] - range[0] > WIDE_PHASE;
  const isCyclic = phaseMode === 'cyclic' || (phaseMode === 'automatic' && isWide);
  return isCyclic ? { map: 'phase', range: [-Math.PI, Math.PI] } : { map: 'cividis', range };
}

/**
 * Paints values, one pixel each; those that are no numbers are transparent.
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} values
 * @param {Scale} scale
 */
function paint(canvas, values, { map, range: [low, high] }) {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const table = colourTableOf(map);
  const image = context.createImageData(canvas.width, canvas.height);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isNaN(value)) continue;
    const at = 3 * Math.round(255 * Math.min(1, Math.max(0, (value - low) / (high - low))));
    image.data.set([table[at], table[at + 1], table[at + 2], 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
}

/**
 * Paints a colour bar and names its ends.
 * @param {Element} bar
 * @param {Scale} scale
 */
function paintBar(bar, scale) {
  const [low, high] = scale.range;
  const canvas = bar.querySelector('canvas');
  if (canvas !== null) {
    const steps = Float32Array.from({ length: canvas.width }, (_, i) => low + ((high - low) * i) / (canvas.width - 1));
    paint(canvas, steps, scale);
  }
  const ends = [...bar.querySelectorAll('.end')];
  for (const [i, end] of ends.entries()) end.textContent = valueText(scale.range[i]);
}

/** @param {number} value */
function valueText(value) {
  if (Number.isNaN(value)) return '–';
  const text = value === 0 ? '0' : Math.abs(value) < 1e-3 ? value.toExponential(1) : value.toPrecision(3);
  return text.replace('-', '−');
}
