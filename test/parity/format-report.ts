import { type ParityCheck, passes } from './check.js';

/** A table of all checks, grouped by fixture in the order they came, and one line that counts them. */
export function formatReport(checks: readonly ParityCheck[]): string {
  const rows = checks.map((check) => ({
    ...check,
    error: format(check.error),
    gate: format(check.gate),
    verdict: passes(check) ? 'ok' : 'FAIL',
  }));
  const widths = (['error', 'gate'] as const).map((key) => Math.max(key.length, ...rows.map((row) => row[key].length)));
  const line = (verdict: string, error: string, gate: string, quantity: string): string =>
    `  ${verdict.padEnd(4)}  ${error.padStart(widths[0] as number)}  ${gate.padStart(widths[1] as number)}  ${quantity}`;
  const lines: string[] = [];
  for (const fixture of new Set(checks.map((check) => check.fixture))) {
    lines.push(fixture, line('', 'error', 'gate', 'quantity'));
    for (const row of rows) if (row.fixture === fixture) lines.push(line(row.verdict, row.error, row.gate, row.quantity));
    lines.push('');
  }
  return [...lines, `${checks.filter(passes).length} of ${checks.length} checks passed`, ''].join('\n');
}

/** Numbers of mismatches as they are, deviations with two digits, a dash where nothing could be measured. */
function format(value: number): string {
  if (!Number.isFinite(value)) return '-';
  return Number.isInteger(value) ? String(value) : value.toExponential(1).replace('.0e', 'e');
}
