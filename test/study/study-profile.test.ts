import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeFields, loadStudyDesign, studyDesignSchema } from '@ptychokit/config';
import { designText, STUDY_PROFILES, studyDesignFrom } from '@ptychokit/study';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'ptychokit-design-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};

describe('studyDesignFrom', () => {
  it.each(STUDY_PROFILES)('gives the canonical matrix of nine jobs for %s', (profile) => {
    const { doses, views, seeds } = studyDesignFrom({ profile });
    expect(doses.length * views.length).toBe(9);
    expect(seeds).toEqual({ simulation: 42, grouping: 123, subsampling: 456 });
  });

  it('lets the file win over the profile and overrides over both, and keeps the rest', () => {
    const design = file('design.yaml', 'doses: [50]\ntraining: { nepochs: 7, batchSize: 4 }\n');
    const { doses, training, baseScan } = studyDesignFrom({ profile: 'quick', file: design, overrides: { 'training.batchSize': 2 } });
    expect(doses).toEqual([50]);
    expect(training).toEqual({ ...studyDesignFrom({ profile: 'quick' }).training, nepochs: 7, batchSize: 2 });
    expect(baseScan).toEqual(studyDesignFrom({ profile: 'quick' }).baseScan);
  });
});

describe('a design that names no profile', () => {
  it('asks for one group per image, so that a scan of any size has them', () => {
    expect(studyDesignFrom()).toEqual(loadStudyDesign({}));
    expect(studyDesignFrom().views.map(({ nGroups }) => nGroups)).toEqual([null, null, null]);
  });
});

describe('designText', () => {
  it.each(STUDY_PROFILES)('is a file that gives the same design again without naming the profile: %s', (profile) => {
    const design = studyDesignFrom({ profile });
    expect(studyDesignFrom({ file: file('printed.yaml', designText(design)) })).toEqual(design);
  });

  it.each(STUDY_PROFILES)('is a file that gives the same design again: %s', (profile) => {
    const design = studyDesignFrom({ profile, overrides: { probeDiameterPx: 20.5, 'seeds.grouping': 0 } });
    expect(loadStudyDesign({ file: file('again.yaml', designText(design)) })).toEqual(design);
  });

  it('explains every field', () => {
    const text = designText(studyDesignFrom());
    for (const { path, doc } of describeFields(studyDesignSchema)) if (!path.includes('[]')) expect(text, path).toContain(doc);
  });
});
