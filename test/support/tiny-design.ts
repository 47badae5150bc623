import { loadStudyDesign, type StudyDesign } from '@ptychokit/config';

/** A study of seconds: one small scan, two doses, two views and one that is impossible, one short epoch. */
export const tinyDesign = (overrides: Readonly<Record<string, unknown>> = {}): StudyDesign =>
  loadStudyDesign({
    overrides: {
      doses: [1e3, 1e4],
      views: [
        { name: 'all', gridsize: 1 },
        { name: 'half', gridsize: 2, overlap: 0.85 },
        { name: 'lost', gridsize: 2, overlap: 0 },
      ],
      baseScan: { object: 'siemens', frames: 64, step: 8, seed: 1 },
      training: { nepochs: 1, batchSize: 8, model: { nFiltersScale: 1 } },
      ...overrides,
    },
  });
