// A whole study from a program: two doses by two views on a simulated base scan: `run-a-study.ts out/study-of-two-doses`.
import { loadStudyDesign } from '@ptychokit/config';
import { runStudy, verifyEvidence } from '@ptychokit/study';

const [outputDir = 'out/study-of-two-doses', frames = '256', epochs = '10'] = process.argv.slice(2);

const design = loadStudyDesign({
  overrides: {
    doses: [1e3, 1e5], // photons per frame
    views: [
      { name: 'all', gridsize: 1 },
      { name: 'spaced', gridsize: 2, overlap: 0.85 }, // centres at least 0.15 N apart
    ],
    baseScan: { object: 'siemens', frames: Number(frames), step: 8 },
    training: { nepochs: Number(epochs), batchSize: 8 },
  },
});

const { manifest } = await runStudy({ outputDir, design }, { onEvent: (event) => event.type === 'phase' && console.log(event.title) });
for (const { label, status, detail } of manifest?.phases.at(-1)?.jobs ?? []) console.log(`${label}: ${status}, ${detail}`);
const { ok, files } = await verifyEvidence(outputDir);
console.log(`${files} files are ${ok ? '' : 'not '}as recorded`);
