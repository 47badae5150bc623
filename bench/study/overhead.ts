// The same training bare and as a job of the study, alternating; prints the seconds of every pair as JSON.
// Of the job also the time inside its trainer and bundle writer, which does not hang on how fast the machine is at the moment.
// Bare: scans opened, trained with checkpoints, model archive written. The study adds locks, logs, digests, records and the manifest.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LegacyParams, loadExecutionConfig } from '@ptychokit/config';
import { openDataset } from '@ptychokit/memmap-bridge';
import {
  dosePaths,
  generateData,
  inProcessRunner,
  jobConfig,
  type RunOptions,
  runServices,
  simulateScanFile,
  studyDesignFrom,
  trainMatrix,
} from '@ptychokit/study';
import { loadEngine, trainWith, writeBundle } from '@ptychokit/trainer';

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '5' },
    frames: { type: 'string', default: '512' },
    // As many as the shortest profile trains: records and digests are made once, however long a job is.
    epochs: { type: 'string', default: '10' },
    threads: { type: 'string', default: '2' },
  },
});
const training = { nepochs: Number(values.epochs), batchSize: 16 };
const execution = loadExecutionConfig({ overrides: { threads: Number(values.threads) } });
const dir = await mkdtemp(join(tmpdir(), 'ptychokit-bench-'));
try {
  await loadEngine({ threads: execution.threads });
  const basePath = join(dir, 'base.npz');
  await simulateScanFile(basePath, { object: 'siemens', frames: Number(values.frames), step: 4, seed: 1 });
  const design = studyDesignFrom({ overrides: { doses: [1e4], views: [{ name: 'baseline', gridsize: 1 }], training: {} } });
  await generateData({ basePath, outputRoot: join(dir, 'c'), design, runner: inProcessRunner() });
  const { patchedTrain: trainDataPath, patchedTest: testDataPath } = dosePaths(join(dir, 'c'), 1e4);

  const bare = async (outputDir: string): Promise<void> => {
    const job = { dose: 1e4, view: 'baseline', gridsize: 1, trainDataPath, testDataPath, artifactDir: outputDir, logPath: '', training };
    const config = jobConfig(job);
    const params = new LegacyParams();
    params.bridge(config);
    await using train = await openDataset(trainDataPath);
    await using test = await openDataset(testDataPath);
    const request = { config, execution, params, train, test, checkpointDir: join(outputDir, 'checkpoints') };
    const { model } = await trainWith(request, {});
    await writeBundle(model, join(outputDir, 'wts.h5.zip'));
  };
  /** Of the last job: time in its trainer and its bundle writer. */
  let inner_s = 0;
  const timedServices = (): RunOptions => {
    const { trainer, writeBundle } = runServices();
    const inside = async <T>(work: Promise<T>): Promise<T> => {
      const began = performance.now();
      const result = await work;
      inner_s += (performance.now() - began) / 1e3;
      return result;
    };
    return {
      writeBundle: (...args) => inside(writeBundle(...args)),
      trainer: async function* (request) {
        const events = trainer(request);
        if (!(Symbol.asyncIterator in events)) return await inside(events);
        for (;;) {
          const next = await inside(events.next());
          if (next.done === true) return next.value;
          yield next.value;
        }
      },
    };
  };
  const asJob = async (artifactRoot: string): Promise<void> => {
    const roots = { phaseCRoot: join(dir, 'c'), phaseDRoot: join(dir, 'd'), artifactRoot };
    inner_s = 0;
    const { results } = await trainMatrix({ ...roots, design, training, execution, runner: inProcessRunner() }, timedServices());
    if (results[0]?.status !== 'completed') throw new Error(results[0]?.error ?? 'no job');
  };
  const timed = async (work: (into: string) => Promise<void>, into: string): Promise<number> => {
    const started = performance.now();
    await work(into);
    const seconds = (performance.now() - started) / 1e3;
    await rm(into, { recursive: true });
    return seconds;
  };
  const pairs: { bare_s: number; study_s: number; inner_s: number }[] = [];
  // One more pair than counted: the first one warms the engine up.
  for (let pair = 0; pair <= Number(values.pairs); pair++) {
    const bare_s = await timed(bare, join(dir, `bare${pair}`));
    const study_s = await timed(asJob, join(dir, `study${pair}`));
    if (pair > 0) pairs.push({ bare_s, study_s, inner_s });
  }
  process.stdout.write(JSON.stringify({ pairs }));
} finally {
  await rm(dir, { recursive: true, force: true });
}
