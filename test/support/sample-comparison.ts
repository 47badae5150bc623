import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadStudyDesign, Random } from '@ptychokit/config';
import type { ComplexImage, Region } from '@ptychokit/metrics';
import { digestFile, writeJsonAtomically, writeManifest } from '@ptychokit/study';
import { writeCellObjects } from '../../packages/study/src/compare/cell-objects.js';
import { scoreObject } from '../../packages/study/src/compare/score-object.js';
import { type ComparedCell, comparisonManifestKind } from '../../packages/study/src/manifests/comparison-manifest.js';

/** What to invent. */
export interface SampleComparison {
  readonly doses?: readonly number[];
  readonly views?: readonly string[];
  readonly splits?: readonly ('train' | 'test')[];
  /** Rows and columns of the object; 12 pixels of rim are not scored. */
  readonly shape?: readonly [number, number];
  /** Largest phase of the object. */
  readonly phase?: number;
  /** Metrics are invented too, which takes no time. */
  readonly quick?: boolean;
}

/** SHA256 of nothing. */
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const RIM = 12;
const METHODS = [
  ['pinn', 'PINN', 0.5],
  ['supervised', 'supervised', 1],
  ['iterative', 'LSQ-ML', 0.2],
] as const;

/** A comparison whose objects are the truth with noise; the supervised network of the last view is missing. */
export async function writeSampleComparison(dir: string, sample: SampleComparison = {}): Promise<void> {
  const { doses = [1e3, 1e4], views = ['dense'], splits = ['test', 'train'] } = sample;
  const random = new Random(7);
  const cells: ComparedCell[] = [];
  await mkdir(dir, { recursive: true });
  for (const [v, view] of views.entries()) {
    for (const dose of doses) {
      for (const split of splits) {
        const directory = `dose_${dose}/view${v}/${split}`;
        await mkdir(join(dir, directory), { recursive: true });
        const isLast = views.length > 1 && v === views.length - 1;
        cells.push(await sampleCell({ dir, directory, random, dose, view, split, isLast, ...sample }));
      }
    }
  }
  await writeJsonAtomically(join(dir, 'metrics.json'), { rows: [] });
  for (const [method] of METHODS) await writeFile(join(dir, `${method}.bin`), '');
  await writeManifest(join(dir, 'comparison_manifest.json'), comparisonManifestKind, {
    schema_version: 1,
    timestamp: '2026-01-02T03:04:05.000Z',
    ptychokit_version: '0.1.0',
    roots: { data: '../data', views: '../views', models: '../models', reconstructions: '../reconstructions' },
    command: 'ptychokit compare .',
    design: loadStudyDesign({ overrides: { doses: [...doses] } }),
    host: { cpu: 'a processor', cores: 2 },
    cells,
    skipped_views: [{ dose: doses[0] as number, view: 'lost', reason: 'too few images' }],
    artifacts: { 'metrics.json': await digestFile(join(dir, 'metrics.json')) },
  });
}

interface SampleCell extends SampleComparison {
  readonly dir: string;
  readonly directory: string;
  readonly random: Random;
  readonly dose: number;
  readonly view: string;
  readonly split: 'train' | 'test';
  readonly isLast: boolean;
}

async function sampleCell(cell: SampleCell): Promise<ComparedCell> {
  const { dir, directory, random, dose, view, split, isLast, shape = [72, 96], phase = 1 } = cell;
  const truth = sampleObject(shape, phase);
  const region = sampleRegion(shape);
  const aligned: Record<string, ComplexImage> = {};
  for (const [method, , factor] of METHODS) {
    if (method === 'supervised' && isLast) continue;
    aligned[method] = withNoise(truth, { random, sigma: factor * 3 * dose ** -0.35 });
  }
  const name = await writeCellObjects(join(dir, directory), { truth, region, aligned });
  const scores = Object.fromEntries(Object.entries(aligned).map(([method, image]) => [method, scored(cell, { truth, region, image })]));
  const first = Object.values(scores)[0];
  return {
    ...{ dose, view, split, gridsize: 2, directory },
    result: {
      ...{ status: 'completed', error: null, request_sha256: null, scan: null, seconds: 1, image_shape: [shape[0], shape[1]] },
      region: { pixels: region.mask.reduce((sum, one) => sum + one, 0), threshold: 0.1, rim_px: 16 },
      frc_size_px: first?.frcSize ?? 0,
      frc_ring_pixels: [...(first?.frcCounts ?? [])],
      overlap: { asked: 0.7, group: 0.5, image: 0.45, group_to_group: 0.4, images: 100 },
      scales: {},
      methods: METHODS.map(([method, label], i) => row({ method, label, dose, i }, scores[method])),
      artifacts: { [name]: await digestFile(join(dir, directory, name)) },
    },
  };
}

function scored(
  { quick = true, dose }: SampleCell,
  { truth, region, image }: { truth: ComplexImage; region: Region; image: ComplexImage },
) {
  if (!quick) return scoreObject({ object: truth, region, rimPx: 16 }, image);
  const frc = Array.from({ length: 20 }, (_, ring) => 1 / (1 + (ring / 12) ** 4));
  const value = Math.min(0.99, 0.2 * Math.log10(dose) + 0.02 * Math.sin(image.data[400] as number));
  const names = ['amplitude_ssim', 'amplitude_mae', 'amplitude_psnr_range', 'phase_mae', 'frc_0p5', 'frc_half_bit'];
  return {
    metrics: { ...Object.fromEntries(names.map((name) => [name, value])), phase_ssim: null },
    undefined_because: { phase_ssim: 'the truth has no phase contrast' },
    ...{ notes: ['a note'], alignment: null, frc, frcSize: 40, frcCounts: frc.map((_, ring) => 6 * ring + 1) },
  };
}

function row(
  { method, label, dose, i }: { method: (typeof METHODS)[number][0]; label: string; dose: number; i: number },
  score: ReturnType<typeof scored> | undefined,
): ComparedCell['result']['methods'][number] {
  const common = {
    method,
    label,
    inputs: [{ path: `${method}.bin`, sha256: EMPTY, bytes: 0 }],
    config_sha256: 'b'.repeat(64),
  };
  const loss = Array.from({ length: 30 }, (_, n) => ({
    epoch: n + 1,
    train: 2 / (n + 1 + i),
    validation: i === 2 ? null : 2.2 / (n + 1 + i),
  }));
  if (score === undefined) {
    const nothing = {
      metrics: {},
      undefined_because: {},
      notes: [],
      alignment: null,
      frc: [],
      timings_s: { train: null, reconstruct: null },
    };
    return { ...common, ...nothing, loss: [], status: 'missing', reason: 'no trained network in models' };
  }
  const { metrics, undefined_because, notes, alignment, frc } = score;
  const timings_s = { train: i === 2 ? null : 60 + dose / 1e3, reconstruct: 5 + i };
  return { ...common, status: 'scored', reason: null, metrics, undefined_because, notes, alignment, frc, loss, timings_s };
}

/** Spokes in amplitude and phase. */
function sampleObject([rows, columns]: readonly [number, number], phase: number): ComplexImage {
  const data = new Float32Array(2 * rows * columns);
  for (let i = 0; i < rows * columns; i++) {
    const [y, x] = [Math.floor(i / columns) - rows / 2, (i % columns) - columns / 2];
    const matter = 0.5 + 0.5 * Math.tanh(3 * Math.cos(16 * Math.atan2(y, x)));
    data[2 * i] = (1 - 0.4 * matter) * Math.cos(phase * matter);
    data[2 * i + 1] = (1 - 0.4 * matter) * Math.sin(phase * matter);
  }
  return { shape: [rows, columns], data };
}

function sampleRegion([rows, columns]: readonly [number, number]): Region {
  const inside = (at: number, size: number): boolean => at >= RIM && at < size - RIM;
  const mask = Uint8Array.from({ length: rows * columns }, (_, i) =>
    Number(inside(Math.floor(i / columns), rows) && inside(i % columns, columns)),
  );
  return { shape: [rows, columns], mask };
}

function withNoise({ shape, data }: ComplexImage, { random, sigma }: { readonly random: Random; readonly sigma: number }): ComplexImage {
  return { shape, data: Float32Array.from(data, (value) => value + sigma * (random.uniform() + random.uniform() - 1)) };
}
