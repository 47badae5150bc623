import { existsSync } from 'node:fs';
import { canonicalJson, configDigest, type StudyDesign } from '@ptychokit/config';
import { UsageError } from '../errors.js';
import { studyDesignFrom } from '../study-profile.js';
import type { StudyRoots } from './study-roots.js';

/** The design that a study directory was made with; undefined for a new one. @throws ConfigError, ConfigFileError it cannot be read */
export const designOf = ({ design }: StudyRoots): StudyDesign | undefined =>
  existsSync(design) ? studyDesignFrom({ file: design }) : undefined;

/**
 * Sees to it that a study goes on with the design it was begun with: results of two designs in one directory would be mistaken for each
 * other.
 *
 * @throws UsageError the directory was made with another design; the message says what differs
 */
export function assertSameDesign(roots: StudyRoots, design: StudyDesign): void {
  const before = designOf(roots);
  if (before === undefined || configDigest(before) === configDigest(design)) return;
  const differing = (Object.keys(design) as (keyof StudyDesign)[]).filter((key) => shown(before[key]) !== shown(design[key]));
  const lines = differing.map((key) => `  - ${key}: was ${shown(before[key])}, now ${shown(design[key])}`);
  throw new UsageError(['This directory holds a study of another design', ...lines].join('\n'), {
    where: roots.dir,
    fix: 'give another --output-dir, or --change-design to go on with the new one; what fits it is kept',
  });
}

const shown = (value: unknown): string => canonicalJson(value);
