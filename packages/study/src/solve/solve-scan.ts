import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type ExecutionConfig, loadTrainingConfig, type SolveConfig } from '@ptychokit/config';
import { type SolveOutcome, solve } from '@ptychokit/iterative';
import type { RawData } from '@ptychokit/memmap-bridge';
import type { RunOptions, RunServices } from '../compose.js';
import { engineFacts } from '../engine-facts.js';
import { InterruptedError } from '../errors.js';
import { asInterruption, throwIfInterrupted } from '../interruption-error.js';
import { loadRunEngine } from '../load-run-engine.js';
import { noteConversions } from '../note-conversions.js';
import { assertWritableDir, createOutputDir, type OutputDir } from '../output-dir.js';
import { asOutputError } from '../output-error.js';
import { openRunJournal } from '../run-journal.js';
import { RUN_RECORD_NAME, type RunRecord } from '../run-record.js';
import { scanFiles } from '../scan-files.js';
import { readMask } from './read-mask.js';
import type { ScanGeometry } from './scan-geometry.js';
import { type SplitHalf, splitHalf } from './split-half.js';
import { type SolutionFiles, writeSolution } from './write-solution.js';

/** One scan to reconstruct; `config` says which and where results go. */
export interface SolveScanRequest {
  readonly config: SolveConfig;
  readonly execution: ExecutionConfig;
  /** What the file does not say about metres; without a pixel size there is no `product.h5`. */
  readonly geometry?: ScanGeometry | undefined;
}

/** What {@link solveScan} leaves behind. */
export interface SolveScanResult {
  readonly outcome: SolveOutcome;
  readonly files: SolutionFiles & { readonly record: string };
  readonly record: RunRecord;
  /** Agreement of two halves of the frames, where it was asked for. */
  readonly halves: SplitHalf | undefined;
}

/**
 * Reconstructs one scan iteratively, draws it, and records the run. Nothing is created before configuration, data and engine have passed;
 * `run.json` is written last, so where it stands the results are complete.
 *
 * @throws OutputError results cannot be written
 * @throws InterruptedError aborted through `signal`; a checkpoint was written if checkpointing is on
 * @throws PtychoError what is wrong with configuration, data or engine
 */
export async function solveScan(request: SolveScanRequest, options: RunOptions = {}): Promise<SolveScanResult> {
  const { config, execution } = request;
  const journal = openRunJournal('solve', options);
  const { services } = journal;
  await assertWritableDir(config.outputDir);
  await using bridge = services.bridgeFactory(config.scanFile, loadTrainingConfig({ overrides: { trainDataFile: config.scanFile } }));
  const raw = await journal.time('open', () => bridge.rawData());
  noteConversions(raw, services.onEvent);
  const badPixels = config.maskFile === null ? undefined : await readMask(config.maskFile, raw.frameSize);
  const engine = await journal.time('engine', () => loadRunEngine(execution, services.onEvent));
  const output: { dir?: OutputDir } = {};
  try {
    const outcome = await journal.time('solve', () => runSolve(request, { raw, badPixels, services, output, threads: engine.threads }));
    throwIfInterrupted(services.signal, { stage: 'the figures', checkpointPath: outcome.checkpointPath });
    const halves = config.splitHalf
      ? await journal.time('split-half', () => splitHalf({ raw, config, outcome, badPixels, threads: engine.threads }, services))
      : undefined;
    throwIfInterrupted(services.signal, { stage: 'the halves', checkpointPath: outcome.checkpointPath });
    const written = await journal.time('figures', () => writeSolution({ ...request, raw, outcome, halves }, services));
    const { record, path } = await journal.close(
      {
        config: { ...config, decided: decisionsOf(outcome), ...agreementOf(halves) },
        execution,
        seeds: { seed: config.seed },
        engine: engineFacts(engine),
        conversions: raw.conversions,
        history: historyOf(outcome),
        relative_residual: outcome.relativeResidual,
      },
      {
        dir: config.outputDir,
        data: scanFiles(raw, { role: 'test', path: config.scanFile }),
        artifacts: Object.values(written)
          .filter((file) => file !== undefined)
          .map((file) => basename(file)),
      },
    );
    return { outcome, files: { ...written, record: path }, record, halves };
  } catch (error) {
    await output.dir?.abandon();
    throw asInterruption(asOutputError(error, config.outputDir), services.signal);
  }
}

interface SolveRun {
  readonly raw: RawData;
  readonly badPixels: Uint8Array | undefined;
  readonly services: RunServices;
  readonly output: { dir?: OutputDir };
  readonly threads: number;
}

async function runSolve(
  { config, execution }: SolveScanRequest,
  { raw, badPixels, services, output, threads }: SolveRun,
): Promise<SolveOutcome> {
  const events = solve({
    config,
    raw,
    badPixels,
    checkpointDir: execution.enableCheckpointing ? join(config.outputDir, 'checkpoints') : null,
    resume: execution.resume,
    signal: services.signal,
    threads,
  });
  try {
    for (;;) {
      const next = await events.next();
      if (next.done === true) return completed(next.value);
      if (next.value.type === 'start') {
        // Everything that can be wrong with the input has been found by now.
        output.dir = await createOutputDir(config.outputDir);
        await rm(join(config.outputDir, RUN_RECORD_NAME), { force: true });
      }
      services.onEvent({ type: 'solve', event: next.value });
    }
  } finally {
    await events.return(undefined as never).catch(() => undefined);
  }
}

function completed(outcome: SolveOutcome): SolveOutcome {
  if (outcome.reason !== 'interrupted') return outcome;
  const { checkpointPath, epochsCompleted } = outcome;
  const kept = checkpointPath === null ? 'Nothing was kept, because checkpointing is off' : 'A checkpoint was written';
  throw new InterruptedError(`The reconstruction stopped in epoch ${epochsCompleted + 1}. ${kept}`, {
    where: checkpointPath ?? undefined,
    fix: checkpointPath === null ? 'start anew' : 'repeat the same command with --resume to go on from there',
    checkpointPath,
  });
}

function historyOf({ history, epochsCompleted, reason }: SolveOutcome): RunRecord['history'] {
  const heldOut = history.map((record) => record.heldOutError).filter((error) => error !== null);
  const best = history.reduce((a, b) => ((b.heldOutError ?? b.loss) < (a.heldOutError ?? a.loss) ? b : a));
  return {
    epochs_completed: epochsCompleted,
    best_epoch: best.epoch,
    end: reason,
    final_train_loss: history.at(-1)?.loss ?? null,
    final_val_loss: heldOut.at(-1) ?? null,
    best_val_loss: heldOut.length === 0 ? null : Math.min(...heldOut),
  };
}

/** Where two halves of the frames stop agreeing, as fractions of the Nyquist frequency; null where the record tells why elsewhere. */
function agreementOf(halves: SplitHalf | undefined): Readonly<Record<string, unknown>> {
  if (halves === undefined) return {};
  const { at0p5, halfBit } = halves;
  const fact = ({ fractionOfNyquist, reason }: SplitHalf['at0p5']) => ({ fraction_of_nyquist: fractionOfNyquist, reason });
  return { split_half: { at_0p5: fact(at0p5), half_bit: fact(halfBit) } };
}

/** What the run started from, and how what the configuration leaves open was decided. */
function decisionsOf(outcome: SolveOutcome): Readonly<Record<string, string | number>> {
  return {
    object_init: outcome.objectInit,
    noise_model: outcome.noiseModel,
    batch_size: outcome.settings.batchSize,
    probe_modes: outcome.settings.modes,
    averaged_epochs: outcome.averagedEpochs,
    bad_pixels: outcome.badPixels?.reduce((sum, bad) => sum + bad, 0) ?? 0,
  };
}
