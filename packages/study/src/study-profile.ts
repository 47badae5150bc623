import { configText, loadStudyDesign, type StudyDesign, studyDesignSchema } from '@ptychokit/config';

/** Studies of different size; all ask the same question. */
export const STUDY_PROFILES = ['quick', 'standard', 'canonical'] as const;
/** Name of a study. */
export type StudyProfile = (typeof STUDY_PROFILES)[number];

/** What a profile sets; everything else is as in the canonical design. */
const PROFILE_FIELDS: Readonly<Record<StudyProfile, Readonly<Record<string, unknown>>>> = {
  // Minutes: the whole matrix on a small scan with short training. The object is large enough for the widely spaced view to exist.
  quick: {
    baseScan: { object: 'siemens', spokes: 16, objectSize: 416, frames: 484, defocus: 10 },
    training: { nepochs: 10, batchSize: 8, learningRate: 2e-3 },
  },
  // Hours: lines with a weak phase on an object large enough for all views, each grouped view with as many groups, whatever it keeps.
  standard: {
    baseScan: { object: 'lines', objectSize: 640, step: 12, defocus: 12 },
    views: [
      { name: 'baseline', gridsize: 1 },
      { name: 'dense', gridsize: 2, overlap: 0.7, nGroups: 500 },
      { name: 'sparse', gridsize: 2, overlap: 0.2, nGroups: 500 },
    ],
    training: { nepochs: 20, batchSize: 8 },
  },
  canonical: { baseScan: { object: 'lines', frames: 2048 }, training: { nepochs: 50, batchSize: 16 } },
};

/** Where a design comes from. */
export interface StudyDesignSource {
  /** Default none: each field as in the canonical design. */
  readonly profile?: StudyProfile | undefined;
  /** YAML or JSON file; wins over the profile. */
  readonly file?: string | undefined;
  /** Dotted keys; win over the file. */
  readonly overrides?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The design of a study: profile, then file, then overrides; a list such as `views` is replaced as a whole.
 *
 * @throws ConfigError with every problem; ConfigFileError the file cannot be read
 */
export function studyDesignFrom({ profile, file, overrides }: StudyDesignSource = {}): StudyDesign {
  return loadStudyDesign({ defaults: profile === undefined ? {} : PROFILE_FIELDS[profile], file, overrides });
}

/**
 * Profile of a study that names none: `standard`, whose scan is simulated. With a scan of one's own there is none, since the views of a
 * profile ask for as many groups as the scan of that profile has.
 */
export const profileFor = (basePath: string | undefined): StudyProfile | undefined => (basePath === undefined ? 'standard' : undefined);

/** The design as `--print-design` prints it: YAML with every field explained, which `--design` reads back. */
export const designText = (design: StudyDesign): string => configText(studyDesignSchema, design);
