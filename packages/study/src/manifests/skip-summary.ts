import * as z from '@ptychokit/config/zod';
import { dose, timestamp, viewName } from './manifest-fields.js';
import { defineManifest, type ManifestOf } from './manifest-kind.js';

/** File name of a skip summary. */
export const SKIP_SUMMARY_NAME = 'skip_summary.json';

/** A view of a dose that was left out. */
export const skippedView = z.strictObject(z.lazyShape(() => ({ dose, view: viewName, reason: z.string().min(1) })));

/** Views that a phase left out, and why; `skip_summary.json`. */
export const skipSummaryKind = defineManifest({
  name: 'skip_summary',
  title: 'skip summary',
  fileName: /^skip_summary\.json$/,
  schema: z.strictObject(z.lazyShape(() => ({ timestamp, skipped_views: z.array(skippedView), skipped_count: z.int().min(0) }))),
});

/** Content of `skip_summary.json`. */
export type SkipSummary = ManifestOf<typeof skipSummaryKind>;

/** A view that was left out, with the reason. */
export type SkippedView = SkipSummary['skipped_views'][number];

type Place = Pick<SkippedView, 'dose' | 'view'>;

/** Views that were left out before, as far as they are among those that the present run was not about. */
export function skippedBefore(before: readonly SkippedView[] | undefined, others: readonly Place[]): readonly SkippedView[] {
  const names = new Set(others.map(placeOf));
  return (before ?? []).filter((view) => names.has(placeOf(view)));
}

const placeOf = ({ dose, view }: Place): string => `${dose} ${view}`;
