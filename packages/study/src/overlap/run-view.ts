import { constants } from 'node:fs';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { isPtychoError } from '@ptychokit/config';
import { openDataset, type RawData, writeDataset } from '@ptychokit/memmap-bridge';
import { digestFile } from '../file-digest.js';
import { asInterruption, throwIfInterrupted } from '../interruption-error.js';
import { writeManifest } from '../manifests/manifest-file.js';
import { recordedPath, studyDirectory } from '../manifests/recorded-path.js';
import { type SplitMetrics, splitMetricsKind } from '../manifests/split-metrics.js';
import { asOutputError } from '../output-error.js';
import { SPLITS, type Split } from '../study-layout.js';
import { type SplitView, splitRequestDigest, splitView } from './split-view.js';
import { type ViewJob, type ViewOutcome, viewFiles, viewSource } from './view-job.js';
import { clearView, recallView, viewRecord } from './view-record.js';

/** How a view is carried out. */
export interface RunViewOptions {
  readonly signal?: AbortSignal | undefined;
  /** Selects and measures, and writes nothing. */
  readonly dryRun?: boolean | undefined;
}

/**
 * Selects, writes and measures one view of one dose. A split that was finished before, its metrics and its images verified, is not done
 * again. An impossible selection is skipped with the reason and leaves no files; what cannot be read or written is a failure.
 *
 * @throws InterruptedError aborted through `signal`
 */
export async function runView(job: ViewJob, options: RunViewOptions = {}): Promise<ViewOutcome> {
  try {
    const record = await recallView(job);
    return record === null ? await makeView(job, options) : { status: 'completed', record };
  } catch (error) {
    const reason = asInterruption(asOutputError(error, job.outputRoot), options.signal);
    if (isPtychoError(reason, 'INTERRUPTED')) throw reason;
    return { status: 'failed', reason: reason instanceof Error ? reason.message : String(reason) };
  }
}

async function makeView(job: ViewJob, { signal, dryRun = false }: RunViewOptions): Promise<ViewOutcome> {
  await using train = await openDataset(viewSource(job, 'train'));
  await using test = await openDataset(viewSource(job, 'test'));
  const scans = { train, test };
  const views = { train: splitView(train, job, 'train'), test: splitView(test, job, 'test') };
  const reasons = Object.values(views).flatMap((view) => (view.possible ? [] : [view.reason]));
  if (reasons.length > 0) {
    if (!dryRun) await clearView(job);
    return { status: 'skipped', reason: reasons.join('; ') };
  }
  const { train: forTrain, test: forTest } = views as Readonly<Record<Split, Possible>>;
  if (dryRun) return { status: 'dry_run', metrics: { train: forTrain.metrics, test: forTest.metrics } };
  await clearView(job);
  await mkdir(viewFiles(job).dir, { recursive: true });
  const written: Partial<Record<Split, SplitMetrics>> = {};
  for (const split of SPLITS) {
    throwIfInterrupted(signal, { stage: `the ${split} images of ${job.view.name}` });
    written[split] = await writeSplit(job, { split, raw: scans[split], view: views[split] as Possible, signal });
  }
  return { status: 'completed', record: await viewRecord(job, written as Record<Split, SplitMetrics>) };
}

type Possible = Extract<SplitView, { possible: true }>;

interface SplitToWrite {
  readonly split: Split;
  readonly raw: RawData;
  readonly view: Possible;
  readonly signal: AbortSignal | undefined;
}

/** The images first, then the metrics, which vouch for them. */
async function writeSplit(job: ViewJob, { split, raw, view, signal }: SplitToWrite): Promise<SplitMetrics> {
  const [path, source] = [viewFiles(job).data[split], viewSource(job, split)];
  if (view.images.length === raw.frameCount) await copyWhole(source, path);
  else {
    const { name, gridsize, overlap } = job.view;
    const metadata = { ...raw.metadata, view: { name, gridsize, overlap, seed: job.design.seeds.subsampling } };
    await writeDataset(path, raw.subset(view.images), { metadata, signal });
  }
  const { sha256 } = await digestFile(source);
  const metrics: SplitMetrics = {
    ...view.metrics,
    data: { path: basename(path), ...(await digestFile(path)) },
    source: { path: recordedPath(viewFiles(job).dir, source, { within: studyDirectory([job.phaseCRoot, job.outputRoot]) }), sha256 },
    request_sha256: splitRequestDigest(job, { split, source: sha256 }),
  };
  await writeManifest(viewFiles(job).metrics[split], splitMetricsKind, metrics);
  return metrics;
}

/** A view of everything is the file itself; file systems that can share the blocks do. */
async function copyWhole(source: string, target: string): Promise<void> {
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    await copyFile(source, temporary, constants.COPYFILE_FICLONE);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}
