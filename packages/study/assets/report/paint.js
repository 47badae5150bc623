// Numbers become colours.

/** @typedef {{ map: string, range: [number, number] }} Scale */

/** @type {Record<string, Uint32Array>} 256 colours as pixels of a canvas */
const colourTables = {};

/** @param {string} map */
function colourTableOf(map) {
  if (colourTables[map] === undefined) {
    const all = JSON.parse(document.getElementById('data-colours')?.textContent ?? '{}');
    for (const [name, table] of Object.entries(all)) colourTables[name] = pixelsOf(bytesOf(table));
  }
  return colourTables[map];
}

/** @param {Uint8Array} table red, green, blue */
function pixelsOf(table) {
  const bytes = new Uint8Array((table.length / 3) * 4).fill(255);
  for (let i = 0; i < table.length; i++) bytes[4 * Math.floor(i / 3) + (i % 3)] = table[i];
  return new Uint32Array(bytes.buffer);
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
  const pixels = new Uint32Array(image.data.buffer);
  const factor = 255 / (high - low);
  for (let i = 0; i < values.length; i++) {
    const at = (values[i] - low) * factor;
    if (!Number.isNaN(at)) pixels[i] = table[at <= 0 ? 0 : at >= 255 ? 255 : Math.round(at)];
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
