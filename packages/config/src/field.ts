import * as z from 'zod';
import type { Issue } from './errors.js';

/** Another spelling of a field, accepted as input; the result only carries the canonical name. */
export interface FieldAlias {
  readonly name: string;
  /** What the alias accepts. */
  readonly schema: z.ZodType;
  /** The canonical value for a valid alias value. */
  readonly convert: (value: unknown) => unknown;
}

/** All that is known about one configuration field besides its type. */
export interface FieldInfo {
  /** One sentence. */
  readonly doc: string;
  /** Physical or counting unit, for example `"px"` or `"photons per frame"`. */
  readonly unit?: string;
  /** True when the command line offers the field as a flag. */
  readonly cli?: boolean;
  readonly aliases?: readonly FieldAlias[];
}

const FIELD_INFO = new WeakMap<z.ZodType, FieldInfo>();

/** What was said about a field; undefined for a schema that is no field. */
export const infoOf = (schema: z.ZodType): FieldInfo | undefined => FIELD_INFO.get(schema);

/** A configuration field with a default. */
export function field<S extends z.ZodType>(schema: S, info: FieldInfo & { readonly default: z.output<S> }): z.ZodDefault<S> {
  const { default: value, ...rest } = info;
  const withDefault: z.ZodDefault<S> = z._default(schema, value as never);
  FIELD_INFO.set(withDefault, rest);
  return withDefault;
}

/** A configuration field that must be given. */
export function requiredField<S extends z.ZodType>(schema: S, info: FieldInfo): S {
  const own = schema.clone() as S;
  FIELD_INFO.set(own, info);
  return own;
}

/** An alias with the same values as the field it stands for. */
export function renamed(name: string): FieldAlias {
  return { name, schema: z.unknown(), convert: (value) => value };
}

/** A condition over several fields of one object. */
export interface Rule<C> {
  /** Fields the condition reads, dotted; it is not judged while one of them is itself invalid. */
  readonly needs: readonly ((keyof C & string) | `${keyof C & string}.${string}`)[];
  readonly holds: (config: C) => boolean;
  readonly issue: (config: C) => Issue;
}

/** What {@link withRules} attaches to a zod issue, so that the report can be worded. */
export interface RuleParams {
  readonly describe: (config: unknown) => Issue;
}

/** Adds cross-field conditions to an object schema; every violated one is reported, also beside invalid fields. */
export function withRules<S extends z.ZodObject>(schema: S, rules: readonly Rule<z.output<S>>[]): S {
  return rules.reduce((result, rule) => {
    const params: RuleParams = { describe: (config) => rule.issue(config as z.output<S>) };
    return result.refine((config) => rule.holds(config as z.output<S>), {
      params: { ...params },
      when: ({ issues }) => !issues.some((issue) => touches(rule.needs, issue)),
    });
  }, schema);
}

function touches(needs: readonly string[], issue: z.core.$ZodRawIssue): boolean {
  if (issue.code === 'unrecognized_keys' || issue.code === 'custom') return false;
  if (issue.path === undefined || issue.path.length === 0) return true;
  const at = `${issue.path.join('.')}.`;
  return needs.some((need) => at.startsWith(`${need}.`) || `${need}.`.startsWith(at));
}
