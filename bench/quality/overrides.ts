/** `model.objectMode=single`, `nllWeight=0`, ... as nested fields of a configuration. */
export function overridesOf(assignments: readonly string[]): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = {};
  for (const text of assignments) {
    const at = text.indexOf('=');
    if (at < 1) throw new RangeError(`expected name=value, got ${text}`);
    const [outer, inner] = text.slice(0, at).split('.') as [string, string | undefined];
    const value = parsed(text.slice(at + 1));
    fields[outer] = inner === undefined ? value : { ...(fields[outer] as object | undefined), [inner]: value };
  }
  return fields;
}

/** Numbers and true or false as such, everything else as text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
