// Adds a view to a study and measures how much its frames overlap: `add-a-view.ts [output directory]`. Nothing is trained.
import { join } from 'node:path';
import { generateData, inProcessRunner, overlapViews, simulateScanFile, studyDesignFrom } from '@ptychokit/study';

const [root = 'out/add-a-view'] = process.argv.slice(2);
const [basePath, phaseCRoot, phaseDRoot] = ['base.npz', 'data', 'views'].map((name) => join(root, name)) as [string, string, string];
const runner = inProcessRunner();

const design = studyDesignFrom({
  overrides: {
    doses: [1e4],
    views: [
      { name: 'baseline', gridsize: 1 },
      { name: 'close', gridsize: 2, overlap: 0.85 },
      { name: 'wider', gridsize: 2, overlap: 0.75 }, // the new one
    ],
  },
});

await simulateScanFile(basePath, { object: 'siemens', frames: 100, step: 8, seed: 1 });
await generateData({ basePath, outputRoot: phaseCRoot, design, runner });
const { jobs, outcomes } = await overlapViews({ phaseCRoot, outputRoot: phaseDRoot, design });
for (const [i, outcome] of outcomes.entries()) {
  const name = jobs[i]?.view.name;
  if (outcome.status === 'completed') {
    const { metric_2_image_based_avg: overlap, n_images_subsampled: images } = outcome.record.train.metrics;
    console.log(`${name}: ${images} frames to train on, mean overlap of neighbours ${Number(overlap).toFixed(2)}`);
  } else if (outcome.status !== 'dry_run') console.log(`${name}: ${outcome.status}, ${outcome.reason}`);
}
