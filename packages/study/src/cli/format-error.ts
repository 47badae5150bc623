import { ConfigError, formatIssues, isPtychoError, type PtychoError } from '@ptychokit/config';
import type { Paint } from './colour.js';

/** How an error is shown. */
export interface FormatErrorOptions {
  readonly paint: Paint;
  /** Shows stacks and causes of typed errors too. */
  readonly debug: boolean;
  /** Flag of a configuration field, without dashes; undefined when it has none. */
  readonly flagOf?: (field: string) => string | undefined;
}

/** A typed error as what / at / fix; any other error with its stack, because it is a fault of the program. */
export function formatError(error: unknown, options: FormatErrorOptions): string {
  const label = options.paint('red', 'error:');
  if (!isPtychoError(error)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `${label} unexpected ${stack}${causes(error)}\n`;
  }
  const isStop = isPtychoError(error, 'INTERRUPTED');
  const lines = [`${isStop ? options.paint('yellow', 'interrupted:') : label} ${whatOf(error, options)}`];
  if (error.where !== undefined) lines.push(`  at: ${error.where}`);
  if (error.fix !== undefined) lines.push(`  fix: ${error.fix}`);
  if (options.debug) lines.push(`  code: ${error.code}`, `${error.stack ?? ''}${causes(error)}`);
  return `${lines.join('\n')}\n`;
}

/** Configuration problems name the flag beside the field. */
function whatOf(error: PtychoError, { flagOf }: FormatErrorOptions): string {
  if (!(error instanceof ConfigError) || flagOf === undefined) return error.what;
  const issues = error.issues.map((issue) => {
    const flag = flagOf(issue.key);
    return flag === undefined ? issue : { ...issue, key: `${issue.key} (--${flag})` };
  });
  return error.what.replace(formatIssues(error.issues), formatIssues(issues));
}

function causes(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause === undefined) return '';
  return `\ncaused by: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}${causes(cause)}`;
}
