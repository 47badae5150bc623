import { createHash } from 'node:crypto';

/**
 * JSON with the keys of every object sorted, so that equal values give equal text whatever order they were built in.
 * Properties that are `undefined` are left out, as in `JSON.stringify`.
 *
 * @throws TypeError for what JSON cannot hold: non-finite numbers, functions, symbols, bigints
 */
export function canonicalJson(value: unknown, options: { readonly indent?: number } = {}): string {
  return JSON.stringify(sorted(value, '$'), undefined, options.indent);
}

/** SHA256 of the canonical JSON of a configuration, 64 hex digits. */
export function configDigest(config: unknown): string {
  return createHash('sha256').update(canonicalJson(config)).digest('hex');
}

function sorted(value: unknown, path: string): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item, i) => sorted(item, `${path}[${i}]`));
  if (typeof value !== 'object' || ArrayBuffer.isView(value)) {
    const kind = ArrayBuffer.isView(value) ? value.constructor.name : typeof value;
    throw new TypeError(`expected a value that JSON can hold at ${path}, got ${kind === 'number' ? String(value) : kind}`);
  }
  if (value instanceof Date) return value.toISOString();
  const result: Record<string, unknown> = Object.create(null);
  for (const [key, child] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (child !== undefined) result[key] = sorted(child, `${path}.${key}`);
  }
  return result;
}
