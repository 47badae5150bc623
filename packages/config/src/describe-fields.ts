import * as z from 'zod';
import { infoOf } from './field.js';
import type { FlatKey } from './flat-params.js';
import { flatKeyOf } from './legacy-keys.js';
import { modelConfigSchema } from './model-config.js';
import { choicesOf, fieldsOf, typeText, withoutDefault } from './schema-walk.js';
import { trainingConfigSchema } from './training-config.js';

/** One field of a configuration, as command-line help and documentation need it. */
export interface FieldDescription {
  /** Dotted, with `[]` for the elements of a list: `model.N`, `views[].name`. */
  readonly path: string;
  /** What is accepted, in words. */
  readonly type: string;
  /** Undefined when the field must be given. */
  readonly default: unknown;
  readonly unit: string | undefined;
  readonly doc: string;
  /** Key in the flat dictionary; null when the field is not in it. */
  readonly flatKey: FlatKey | null;
  readonly choices: readonly (string | number)[] | undefined;
  /** True when the command line offers the field as a flag. */
  readonly cli: boolean;
  /** Other spellings accepted as input. */
  readonly aliases: readonly string[];
}

/** Every field of a configuration schema, nested ones included, in the order of declaration. */
export function describeFields(schema: z.ZodType, prefix = ''): readonly FieldDescription[] {
  const object = withoutDefault(schema);
  const isBridged = object === modelConfigSchema || object === trainingConfigSchema;
  return fieldsOf(object).flatMap(([name, child]) => {
    const path = prefix + name;
    const inner = withoutDefault(child);
    if (inner instanceof z.ZodObject) return describeFields(inner, `${path}.`);
    const elements = inner instanceof z.ZodArray ? describeFields(inner.element as z.ZodType, `${path}[].`) : [];
    return [describe(child, { path, flatKey: isBridged ? flatKeyOf(name) : null }), ...elements];
  });
}

/** JSON Schema (draft 2020-12) of a configuration file, with sentence and unit as the description of every field. */
export function toJsonSchema(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      const info = infoOf(zodSchema as unknown as z.ZodType);
      if (info !== undefined) jsonSchema.description = info.unit === undefined ? info.doc : `${info.doc} Unit: ${info.unit}.`;
    },
  }) as Record<string, unknown>;
}

function describe(schema: z.ZodType, at: { readonly path: string; readonly flatKey: FlatKey | null }): FieldDescription {
  const info = infoOf(schema);
  return {
    ...at,
    type: typeText(schema),
    default: schema.safeParse(undefined).data,
    unit: info?.unit,
    doc: info?.doc ?? '',
    choices: choicesOf(schema),
    cli: info?.cli ?? false,
    aliases: (info?.aliases ?? []).map(({ name }) => name),
  };
}
