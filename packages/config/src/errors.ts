/** Optional parts of a {@link PtychoError}. */
export interface PtychoErrorDetails {
  /** Where it happened: a path, a member of a file, a field of a configuration. */
  readonly where?: string | undefined;
  /** What to do about it, as a sentence or a command. */
  readonly fix?: string | undefined;
  /** The error underneath, if any. */
  readonly cause?: unknown;
}

/**
 * Base of every error this library throws about data, configuration or environment.
 *
 * `message` carries three lines: what happened, `at:` where, `fix:` how to mend it.
 * Wrong arguments of a function call are plain `RangeError`/`TypeError`.
 */
export abstract class PtychoError extends Error {
  /** Stable identifier, for example `"CONFIG_ORDER"`. */
  abstract readonly code: string;
  readonly what: string;
  readonly where: string | undefined;
  readonly fix: string | undefined;

  constructor(what: string, details: PtychoErrorDetails = {}) {
    const at = details.where === undefined ? '' : `\n  at: ${details.where}`;
    const fix = details.fix === undefined ? '' : `\n  fix: ${details.fix}`;
    super(`${what}${at}${fix}`, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.what = what;
    this.where = details.where;
    this.fix = details.fix;
  }
}

/** True for errors of this library; with `codes`, only for those codes. */
export function isPtychoError(error: unknown, ...codes: readonly string[]): error is PtychoError {
  return error instanceof PtychoError && (codes.length === 0 || codes.includes(error.code));
}

/** One problem of a configuration or a data set. */
export interface Issue {
  /** Dotted field name or file key. */
  readonly key: string;
  readonly expected: string;
  readonly got: string;
  readonly fix: string;
}

/** Prints issues as an indented list, one line each. */
export function formatIssues(issues: readonly Issue[]): string {
  return issues.map((issue) => `  - ${issue.key}: expected ${issue.expected}, got ${issue.got}; ${issue.fix}`).join('\n');
}

/** A configuration with one or more invalid fields; `issues` lists all of them. */
export class ConfigError extends PtychoError {
  readonly code = 'CONFIG_INVALID';
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[], details: PtychoErrorDetails = {}) {
    const count = issues.length === 1 ? '1 problem' : `${issues.length} problems`;
    super(`The configuration has ${count}\n${formatIssues(issues)}`, details);
    this.issues = issues;
  }
}

/** Data was grouped or a model was built before the flat parameters were bridged (CONFIG-001). */
export class ConfigOrderError extends PtychoError {
  readonly code = 'CONFIG_ORDER';
}
