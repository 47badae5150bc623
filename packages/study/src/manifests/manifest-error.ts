import { formatIssues, type Issue, PtychoError, type PtychoErrorDetails } from '@ptychokit/config';
import type * as z from '@ptychokit/config/zod';

/** What is wrong with a manifest: not there, not JSON, not as its schema says, or changed after it was written. */
export type ManifestFault = 'missing' | 'unreadable' | 'invalid' | 'edited';

/** A manifest cannot be relied upon; `path` says which, `reason` and `issues` why. */
export class ManifestError extends PtychoError {
  readonly code = 'MANIFEST';
  readonly path: string;
  readonly reason: ManifestFault;
  readonly issues: readonly Issue[];

  constructor(
    what: string,
    details: PtychoErrorDetails & { readonly path: string; readonly reason: ManifestFault; readonly issues?: readonly Issue[] },
  ) {
    super(what, { where: details.path, ...details });
    this.path = details.path;
    this.reason = details.reason;
    this.issues = details.issues ?? [];
  }
}

/** The problems a schema found, with the place of each inside the document. */
export function schemaIssues(error: z.ZodError): readonly Issue[] {
  return error.issues.map((issue) => ({
    key: issue.path.map(String).join('.') || '(document)',
    expected: issue.message.replace(/^Invalid input: expected /, '').replace(/, received .*$/, ''),
    got: /, received (.*)$/.exec(issue.message)?.[1] ?? 'something else',
    fix: 'see the schema in docs/schemas',
  }));
}

/** A document that does not fit its schema, with every problem. */
export function invalidManifest(path: string, title: string, issues: readonly Issue[]): ManifestError {
  const count = issues.length === 1 ? '1 problem' : `${issues.length} problems`;
  return new ManifestError(`The ${title} has ${count}\n${formatIssues(issues)}`, { path, reason: 'invalid', issues });
}
