import type { z } from 'zod';
import type { Issue } from './errors.js';
import { infoOf } from './field.js';
import { fieldsOf, typeText, withoutDefault } from './schema-walk.js';

/** A copy of the input with every alias replaced by the canonical field, at any depth of objects. */
export function resolveAliases(
  schema: z.ZodType,
  input: unknown,
  prefix = '',
): { readonly value: unknown; readonly issues: readonly Issue[] } {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return { value: input, issues: [] };
  const value: Record<string, unknown> = Object.assign(Object.create(null), input);
  const issues: Issue[] = [];
  for (const [name, child] of fieldsOf(schema)) {
    for (const alias of infoOf(child)?.aliases ?? []) {
      const given = value[alias.name];
      delete value[alias.name];
      if (given === undefined) continue;
      if (!alias.schema.safeParse(given).success) {
        issues.push({
          key: prefix + alias.name,
          expected: typeText(alias.schema),
          got: String(given),
          fix: `or set ${prefix}${name} instead`,
        });
      } else if (value[name] === undefined || value[name] === alias.convert(given)) {
        value[name] = alias.convert(given);
      } else {
        issues.push(conflict(prefix + alias.name, String(given), { key: prefix + name, value: String(value[name]) }));
      }
    }
    if (fieldsOf(child).length > 0) {
      const inner = resolveAliases(withoutDefault(child), value[name], `${prefix}${name}.`);
      value[name] = inner.value;
      issues.push(...inner.issues);
    }
  }
  return { value, issues };
}

const conflict = (alias: string, got: string, canonical: { readonly key: string; readonly value: string }): Issue => ({
  key: alias,
  expected: `agreement with ${canonical.key} = ${canonical.value}, of which it is another name`,
  got,
  fix: `give only ${canonical.key}`,
});
