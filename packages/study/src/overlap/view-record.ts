import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { digestFile } from '../file-digest.js';
import { readManifest } from '../manifests/manifest-file.js';
import type { MetricsBundleView } from '../manifests/metrics-bundle.js';
import { recordedPath } from '../manifests/recorded-path.js';
import { type SplitMetrics, splitMetricsKind } from '../manifests/split-metrics.js';
import { SPLITS, type Split } from '../study-layout.js';
import { splitRequestDigest } from './split-view.js';
import { type ViewJob, viewFiles, viewSource } from './view-job.js';

/** The record of a view that was finished before; null where it has to be done: metrics, images or source are not what they were. */
export async function recallView(job: ViewJob): Promise<MetricsBundleView | null> {
  const found: Partial<Record<Split, SplitMetrics>> = {};
  for (const split of SPLITS) {
    const metrics = await readManifest(viewFiles(job).metrics[split], splitMetricsKind).catch(() => null);
    if (metrics === null) return null;
    const source = await digestFile(viewSource(job, split)).catch(() => undefined);
    if (source === undefined || metrics.request_sha256 !== splitRequestDigest(job, { split, source: source.sha256 })) return null;
    const data = await digestFile(viewFiles(job).data[split]).catch(() => undefined);
    if (data?.sha256 !== metrics.data.sha256) return null;
    found[split] = metrics;
  }
  return viewRecord(job, found as Record<Split, SplitMetrics>);
}

/** A view as it stands in the bundle, paths relative to the output root. */
export async function viewRecord(job: ViewJob, metrics: Readonly<Record<Split, SplitMetrics>>): Promise<MetricsBundleView> {
  const files = viewFiles(job);
  const part = async (split: Split): Promise<MetricsBundleView['train']> => {
    const { data, source: _source, request_sha256: _request, ...numbers } = metrics[split];
    const file = files.metrics[split];
    return {
      data: { ...data, path: recordedPath(job.outputRoot, join(files.dir, data.path)) },
      metrics_file: { path: recordedPath(job.outputRoot, file), ...(await digestFile(file)) },
      metrics: numbers,
    };
  };
  return { dose: job.dose, view: job.view.name, gridsize: job.view.gridsize, train: await part('train'), test: await part('test') };
}

/** Removes what an earlier attempt left; the metrics first, without which the images do not count. */
export async function clearView(job: ViewJob): Promise<void> {
  const { metrics, data } = viewFiles(job);
  for (const path of [...Object.values(metrics), ...Object.values(data)]) await rm(path, { force: true });
}
