import * as z from 'zod';

/** The schema without its defaults. */
export function withoutDefault(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault ? withoutDefault(schema.unwrap() as z.ZodType) : schema;
}

/** The fields of an object schema, in order; none for any other schema. */
export function fieldsOf(schema: z.ZodType): readonly (readonly [string, z.ZodType])[] {
  const inner = withoutDefault(schema);
  return inner instanceof z.ZodObject ? (Object.entries(inner.shape) as [string, z.ZodType][]) : [];
}

/** The schema at a path of keys and indices; undefined when there is none. */
export function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined {
  return path.reduce<z.ZodType | undefined>((current, key) => {
    if (current === undefined) return undefined;
    const inner = withoutDefault(current);
    if (inner instanceof z.ZodArray) return inner.element as z.ZodType;
    return fieldsOf(inner).find(([name]) => name === key)?.[1];
  }, schema);
}

type Json = Record<string, unknown>;

/** What a field accepts, in words: `"integer from 1 to 4"`, `"one of 'csv', 'none'"`, `"number above 0 or null"`. */
export function typeText(schema: z.ZodType): string {
  return jsonTypeText(z.toJSONSchema(withoutDefault(schema), { unrepresentable: 'any' }) as Json);
}

/** The values of an enumeration; undefined for other types. */
export function choicesOf(schema: z.ZodType): readonly (string | number)[] | undefined {
  return (z.toJSONSchema(withoutDefault(schema), { unrepresentable: 'any' }) as Json).enum as (string | number)[] | undefined;
}

function jsonTypeText(json: Json): string {
  if (Array.isArray(json.anyOf)) return (json.anyOf as Json[]).map(jsonTypeText).join(' or ');
  if (Array.isArray(json.enum)) return `one of ${json.enum.map((value) => (typeof value === 'string' ? `'${value}'` : value)).join(', ')}`;
  switch (json.type) {
    case 'integer':
    case 'number':
      return `${json.type}${rangeText(json)}`;
    case 'string':
      if (json.pattern !== undefined) return `string matching ${json.pattern}`;
      return json.minLength === 1 ? 'non-empty string' : 'string';
    case 'boolean':
      return 'true or false';
    case 'array':
      return `${json.minItems === 1 ? 'non-empty ' : ''}list of ${jsonTypeText((json.items ?? {}) as Json)}`;
    case 'object':
      return 'a mapping of fields';
    default:
      return typeof json.type === 'string' ? json.type : 'a value';
  }
}

function rangeText(json: Json): string {
  const limit = (key: string): number | undefined => {
    const value = json[key];
    return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;
  };
  const [low, above, high, below] = [limit('minimum'), limit('exclusiveMinimum'), limit('maximum'), limit('exclusiveMaximum')];
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}`;
  const lower = low !== undefined ? ` of at least ${low}` : above !== undefined ? ` above ${above}` : '';
  const upper = high !== undefined ? ` of at most ${high}` : below !== undefined ? ` below ${below}` : '';
  return lower !== '' && upper !== '' ? `${lower} and${upper}` : lower + upper;
}
