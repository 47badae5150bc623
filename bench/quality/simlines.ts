import { join } from 'node:path';
import { LegacyParams, parseExecutionConfig, parseTrainingConfig, type TrainingConfig } from '@ptychokit/config';
import { type GroupedData, groupsFromMembers, MemmapDatasetBridge, NpzFile, type RawData } from '@ptychokit/memmap-bridge';
import { type ComplexImage, type FamilyScore, familyScore, type RealImage } from '@ptychokit/metrics';
import { inferObject, type StitchOptions, type TrainedModel, train } from '@ptychokit/trainer';
import { cutOut, locateTruth, type TruthWindow } from './truth-window.js';

/** One training on the simulated lines scans. */
export interface SimlinesRequest {
  /** Folder with `simlines_train.npz` and `simlines_test[_gs2].npz`. */
  readonly folder: string;
  readonly gridsize: number;
  /** Fields of the training configuration. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Where deflated members are kept. */
  readonly memmapDir: string;
  readonly onEpoch: (line: string) => void;
}

/** Stitchings that are scored: the published one, and the default one. */
const STITCHINGS: Readonly<Record<string, StitchOptions>> = {
  'uniform, m = 20': { stitchWeights: 'uniform', stitchSize: 20 },
  'probe weights': {},
};

/** Trains on the groups of the training file and scores the stitched amplitude of the test file against its truth. */
export async function scoreSimlines(request: SimlinesRequest): Promise<Readonly<Record<string, FamilyScore>>> {
  const { folder, gridsize } = request;
  const config = parseTrainingConfig({
    ...request.fields,
    trainDataFile: join(folder, 'simlines_train.npz'),
    model: { ...(request.fields.model as object | undefined), gridsize },
  });
  const model = await trained(config, request);
  const testFile = join(folder, gridsize === 1 ? 'simlines_test.npz' : `simlines_test_gs${gridsize}.npz`);
  await using bridge = new MemmapDatasetBridge(testFile, config, request);
  const raw = await bridge.rawData();
  const groups = await groupsOfFile(testFile, raw, gridsize);
  const { truth, top, left } = await truthOf(testFile, raw);
  const scores: Record<string, FamilyScore> = {};
  for (const [name, options] of Object.entries(STITCHINGS)) {
    const { object, origin } = await inferObject(model, raw, { ...options, groups });
    const image = cutOut(object, { top: top - origin.y, left: left - origin.x, shape: truth.shape });
    scores[name] = familyScore(withoutPhase(truth), image);
  }
  return scores;
}

async function trained(config: TrainingConfig, request: SimlinesRequest): Promise<TrainedModel> {
  await using bridge = new MemmapDatasetBridge(config.trainDataFile, config, request);
  const raw = await bridge.rawData();
  const params = new LegacyParams();
  params.bridge(config);
  const execution = parseExecutionConfig({ logger: 'none', enableCheckpointing: false });
  const groups = await groupsOfFile(config.trainDataFile, raw, request.gridsize);
  const events = train({ config, execution, params, train: raw, groups });
  const started = performance.now();
  for (;;) {
    const next = await events.next();
    if (next.done === true) return next.value.model;
    if (next.value.type !== 'epoch') continue;
    const { epoch, trainLoss, valLoss } = next.value;
    const seconds = ((performance.now() - started) / 1e3).toFixed(0);
    request.onEpoch(`epoch ${epoch}: loss ${trainLoss.toPrecision(4)}, validation ${valLoss?.toPrecision(4)}, ${seconds} s`);
  }
}

/** The groups the file brings along; undefined where every frame is its own group. */
async function groupsOfFile(path: string, raw: RawData, gridsize: number): Promise<GroupedData | undefined> {
  if (gridsize === 1) return undefined;
  await using archive = await NpzFile.open(path);
  const { data } = await archive.read(`groups_gs${gridsize}`);
  return groupsFromMembers(raw, { members: Int32Array.from(data as Int32Array), channels: gridsize ** 2 });
}

async function truthOf(path: string, raw: RawData): Promise<TruthWindow> {
  await using archive = await NpzFile.open(path);
  const { shape, data } = await archive.read('gt_clipped');
  if (raw.objectGuess === undefined) throw new RangeError('expected a scan with its object, got none');
  return locateTruth({ shape, data: data as Float32Array }, raw.objectGuess);
}

function withoutPhase({ shape, data }: RealImage): ComplexImage {
  return { shape, data: Float32Array.from({ length: 2 * data.length }, (_, i) => (i % 2 === 0 ? (data[i / 2] as number) : 0)) };
}
