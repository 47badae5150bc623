// A small study from end to end, watched, and its evidence checked: `run-a-study.ts [output directory]`. The same directory again goes on.
import { inProcessRunner, runStudy, studyDesignFrom, verifyEvidence } from '@ptychokit/study';

const [outputDir = 'out/run-a-study'] = process.argv.slice(2);

const design = studyDesignFrom({
  overrides: {
    doses: [1e4],
    views: [{ name: 'baseline', gridsize: 1 }],
    baseScan: { object: 'siemens', frames: 36, step: 8, seed: 1 },
    training: { nepochs: 1, batchSize: 8, model: { nFiltersScale: 1 } },
  },
});

const { manifest } = await runStudy(
  { outputDir, design, runner: inProcessRunner(), pictures: false },
  {
    onEvent: (event) => {
      if (event.type === 'phase') console.log(`phase ${event.letter}: ${event.title}`);
    },
  },
);
for (const { letter, jobs } of manifest?.phases ?? []) for (const { label, status } of jobs) console.log(`${letter} ${label}: ${status}`);

const { ok, files } = await verifyEvidence(outputDir);
console.log(ok ? `${files} files are as they were recorded` : 'the evidence does not hold');
