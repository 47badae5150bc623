// Images come as deflated differences of levels; here they become numbers again. See plane-code.ts for what is coded.

/**
 * @typedef {{ low: number, high: number, data: string }} CodedPlane
 * @typedef {{ shape: [number, number], origin: { x: number, y: number }, binning: number, scales: Record<string, [number, number]>,
 *   mask: string, planes: Record<string, { amplitude: CodedPlane, phase: CodedPlane }> }} CellData
 * @typedef {{ shape: [number, number], origin: { x: number, y: number }, binning: number, scales: Record<string, [number, number]>,
 *   mask: Uint8Array, planes: Map<string, Float32Array> }} Cell
 */

const LEVELS = 4096;

/** @type {Map<string, Promise<Cell | null>>} */
const cells = new Map();

/**
 * The images of a cell, decoded once; null where it has none.
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
async function decodeCell({ mask: codedMask, planes: coded, ...rest }) {
  const bits = await inflated(codedMask);
  const mask = Uint8Array.from({ length: rest.shape[0] * rest.shape[1] }, (_, i) => (bits[i >> 3] >> (i & 7)) & 1);
  /** @type {Map<string, Float32Array>} */
  const planes = new Map();
  await Promise.all(
    Object.entries(coded).flatMap(([name, kinds]) =>
      Object.entries(kinds).map(async ([kind, plane]) => planes.set(`${name}:${kind}`, await decodePlane(plane, mask))),
    ),
  );
  for (const name of Object.keys(coded)) if (name !== 'truth') addErrors(planes, name);
  return { ...rest, mask, planes };
}

/**
 * @param {Map<string, Float32Array>} planes
 * @param {string} name
 */
function addErrors(planes, name) {
  for (const kind of ['amplitude', 'phase']) {
    const truth = /** @type {Float32Array} */ (planes.get(`truth:${kind}`));
    const values = /** @type {Float32Array} */ (planes.get(`${name}:${kind}`));
    const errors = values.map((value, i) => {
      const difference = value - truth[i];
      return Math.abs(kind === 'phase' ? difference - 2 * Math.PI * Math.round(difference / (2 * Math.PI)) : difference);
    });
    planes.set(`${name}:${kind}_error`, errors);
  }
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
