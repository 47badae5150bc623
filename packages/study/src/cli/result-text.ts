/** Lines of `name  value` with the values in one column; absent values are left out. */
export function resultText(rows: readonly (readonly [name: string, value: string | undefined])[]): string {
  const shown = rows.filter((row): row is readonly [string, string] => row[1] !== undefined);
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join('');
}

/** What a dry run found, for people or machines. */
export const planText = (plan: object, { json }: { readonly json?: boolean | undefined }): string =>
  json === true ? jsonText(plan) : resultText(Object.entries(plan).map(([name, value]) => [name, String(value)]));

/** A result for machines: one JSON document with a final newline. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
