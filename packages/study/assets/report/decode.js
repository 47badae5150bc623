// Images come as deflated differences of levels; here they become numbers again. See plane-code.ts for what is coded.

/**
 * @typedef {{ low: number, high: number, data: string }} CodedPlane
 * @typedef {{ shape: [number, number], origin: { x: number, y: number }, binning: number, scales: Record<string, [number, number]> }} CellFacts
 * @typedef {CellFacts & { mask: string, planes: Record<string, Record<string, CodedPlane>> }} CellData
 * @typedef {CellFacts & { mask: Uint8Array, coded: Record<string, Record<string, CodedPlane>>, planes: Map<string, Float32Array> }} Cell
 *   `planes` holds what was decoded so far
 */

const LEVELS = 4096;

/** @type {Map<string, Promise<Cell | null>>} */
const cells = new Map();

/**
 * The images of a cell, each decoded when it is first shown; null where it has none.
 * @param {string} id
 * @returns {Promise<Cell | null>}
 */
function cellOf(id) {
  const known = cells.get(id);
  if (known !== undefined) return known;
  const element = document.getElementById(`data-${id}`);
  const cell = element === null ? Promise.resolve(null) : decodeCell(JSON.parse(element.textContent ?? ''));
  cells.set(id, cell);
  return cell;
}

/**
 * @param {CellData} data
 * @returns {Promise<Cell>}
 */
async function decodeCell({ mask: codedMask, planes: coded, ...facts }) {
  const bits = await inflated(codedMask);
  const mask = new Uint8Array(facts.shape[0] * facts.shape[1]);
  for (let i = 0; i < mask.length; i++) mask[i] = (bits[i >> 3] >> (i & 7)) & 1;
  return { ...facts, mask, coded, planes: new Map() };
}

/**
 * Values of an image: amplitude, phase, or the error of either.
 * @param {Cell} cell
 * @param {string} name
 * @param {string} kind
 * @returns {Promise<Float32Array | undefined>} undefined where there is no such image
 */
async function planeOf(cell, name, kind) {
  const key = `${name}:${kind}`;
  const known = cell.planes.get(key);
  if (known !== undefined) return known;
  const [quantity, isError] = kind.endsWith('_error') ? [kind.slice(0, -'_error'.length), true] : [kind, false];
  const coded = cell.coded[name]?.[quantity];
  if (coded === undefined) return undefined;
  const plane = isError ? await errorsOf(cell, name, quantity) : await decodePlane(coded, cell.mask);
  cell.planes.set(key, plane);
  return plane;
}

/**
 * @param {Cell} cell
 * @param {string} name
 * @param {string} quantity
 */
async function errorsOf(cell, name, quantity) {
  const truth = /** @type {Float32Array} */ (await planeOf(cell, 'truth', quantity));
  const values = /** @type {Float32Array} */ (await planeOf(cell, name, quantity));
  const turn = quantity === 'phase' ? 2 * Math.PI : 0;
  const errors = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const difference = values[i] - truth[i];
    errors[i] = Math.abs(turn === 0 ? difference : difference - turn * Math.round(difference / turn));
  }
  return errors;
}

/**
 * @param {CodedPlane} plane
 * @param {Uint8Array} mask
 * @returns {Promise<Float32Array>} NaN outside the mask
 */
async function decodePlane({ low, high, data }, mask) {
  const bytes = await inflated(data);
  const count = bytes.length / 2;
  const values = new Float32Array(mask.length).fill(Number.NaN);
  let level = 0;
  for (let i = 0, k = 0; i < mask.length; i++) {
    if (mask[i] === 0) continue;
    const folded = bytes[k] + 256 * bytes[count + k];
    level = (level + (folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2) + LEVELS) % LEVELS;
    values[i] = low + ((high - low) * level) / (LEVELS - 1);
    k++;
  }
  return values;
}

/**
 * @param {string} base64
 * @returns {Promise<Uint8Array>}
 */
async function inflated(base64) {
  const stream = new Blob([bytesOf(base64)]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * @param {string} base64
 * @returns {Uint8Array<ArrayBuffer>}
 */
function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
