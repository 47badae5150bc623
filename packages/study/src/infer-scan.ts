import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type ExecutionConfig, type InferenceConfig, type LoadOptions, loadInferenceConfig } from '@ptychokit/config';
import { BUNDLE_NAME, loadBundle, type StitchedObject } from '@ptychokit/trainer';
import type { RunOptions } from './compose.js';
import { engineFacts } from './engine-facts.js';
import { inferenceConfigFor } from './inference-config-for.js';
import { loadRunEngine } from './load-run-engine.js';
import { noteConversions } from './note-conversions.js';
import { assertWritableDir, createOutputDir } from './output-dir.js';
import { asOutputError } from './output-error.js';
import { reconstructScan } from './reconstruct-scan.js';
import { openRunJournal } from './run-journal.js';
import type { RunRecord } from './run-record.js';
import { scanFiles } from './scan-files.js';
import { type ReconstructionFiles, writeReconstruction } from './write-reconstruction.js';

/** A stored model and a scan to apply it to. */
export interface InferScanRequest {
  /** Fields of the inference configuration; `modelPath` and `testDataFile` must be among them. */
  readonly config: LoadOptions;
  readonly execution: ExecutionConfig;
}

/** What {@link inferScan} leaves behind. */
export interface InferScanResult {
  readonly config: InferenceConfig;
  readonly reconstruction: StitchedObject;
  readonly files: ReconstructionFiles & { readonly record: string };
  readonly record: RunRecord;
}

/**
 * Reconstructs a scan from a model archive alone, draws it, and records the run. On the scan the model was trained on, with the grouping of
 * the training, this is bit for bit the object that training ended with.
 *
 * @throws OutputError results cannot be written
 * @throws InterruptedError aborted through `signal`
 * @throws PtychoError what is wrong with configuration, model, data or engine
 */
export async function inferScan(request: InferScanRequest, options: RunOptions = {}): Promise<InferScanResult> {
  const { execution } = request;
  const journal = openRunJournal('infer', options);
  const { modelPath, outputDir } = loadInferenceConfig(request.config);
  await assertWritableDir(outputDir);
  const model = await journal.time('model', () => loadBundle(modelPath));
  const config = inferenceConfigFor(model.config, request.config);
  await using bridge = journal.services.bridgeFactory(config.testDataFile, model.config);
  const raw = await journal.time('open', () => bridge.rawData());
  noteConversions(raw, journal.services.onEvent);
  const engine = await journal.time('engine', () => loadRunEngine(execution, journal.services.onEvent));
  const reconstruction = await journal.time('reconstruct', () => reconstructScan({ model, raw, inference: config }, journal.services));
  const output = await createOutputDir(outputDir);
  try {
    const files = await journal.time('figures', () => writeReconstruction(outputDir, reconstruction, raw));
    const { record, path } = await journal.close(
      {
        config,
        execution,
        seeds: { seed: config.seed, subsample_seed: config.subsampleSeed },
        engine: engineFacts(engine),
        conversions: raw.conversions,
        history: null,
        relative_residual: reconstruction.relativeResidual,
      },
      {
        dir: outputDir,
        data: [...scanFiles(raw, { role: 'test', path: config.testDataFile }), { role: 'model', path: await bundlePath(modelPath) }],
        artifacts: Object.values(files).map((file) => basename(file)),
      },
    );
    return { config, reconstruction, files: { ...files, record: path }, record };
  } catch (error) {
    await output.abandon();
    throw asOutputError(error, outputDir);
  }
}

/** A model may be named by its archive or by the directory that holds it. */
async function bundlePath(path: string): Promise<string> {
  return (await stat(path)).isDirectory() ? join(path, BUNDLE_NAME) : path;
}
