import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, type SolveConfig } from '@ptychokit/config';
import { type NpyValue, NpzFile, writeNpz } from '@ptychokit/memmap-bridge';
import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { SolveCheckpointError } from '../errors.js';
import { fromComplexTensor, toComplexTensor } from '../kernels/complex-transfer.js';
import type { PreparedSolve, SolveRequest } from './prepare.js';
import type { SolveEpoch } from './solve-event.js';
import type { SolveProgress } from './solve-state.js';

const NAME = 'solve.npz';
const HEADER = '_checkpoint';
const FORMAT = 'ptychokit solve checkpoint 2';
const FIX = 'repeat the run with its own settings, or start anew with --no-resume or another output directory';

/** Settings that may change between the parts of one run. */
const FREE: readonly string[] = ['scanFile', 'outputDir', 'maskFile', 'checkpointEvery', 'patience', 'splitHalf'];

/** Checkpoints of one run. */
export interface Checkpoints {
  /** Null where none are kept. */
  readonly path: string | null;
  /** Takes over the stored state; false when there is none. @throws SolveCheckpointError it is damaged or of another run */
  restore(): Promise<boolean>;
  /** Writes the state, whole or not at all. */
  save(): Promise<string | null>;
}

interface Header {
  readonly format: string;
  readonly config: SolveConfig;
  readonly data: DataIdentity;
  readonly progress: SolveProgress;
  readonly history: readonly SolveEpoch[];
  readonly averagedEpochs: number;
  /** Names of the stored tensors that not every run has. */
  readonly extras: readonly string[];
}

interface DataIdentity {
  readonly frames: number;
  readonly totalCounts: number;
  readonly positionSum: number;
  readonly badPixels: number;
}

/** Everything a run needs to go on as if it had never stopped; batches follow from the seed and the epoch. */
export function openCheckpoints(request: SolveRequest, run: PreparedSolve): Checkpoints {
  const { checkpointDir } = request;
  if (checkpointDir === undefined || checkpointDir === null) {
    return { path: null, restore: async () => false, save: async () => null };
  }
  const path = join(checkpointDir, NAME);
  return {
    path,
    restore: async () => {
      if (!existsSync(path)) return false;
      await restore(path, request, run);
      return true;
    },
    save: async () => {
      await mkdir(checkpointDir, { recursive: true });
      await save(path, request, run);
      return path;
    },
  };
}

async function save(path: string, request: SolveRequest, run: PreparedSolve): Promise<void> {
  const { kernels, state } = run;
  const extras = extrasOf(run);
  const header: Header = {
    format: FORMAT,
    config: request.config,
    data: identityOf(request, run),
    progress: state.progress,
    history: state.history,
    averagedEpochs: state.averagedEpochs,
    extras: Object.keys(extras),
  };
  const arrays: Record<string, NpyValue> = {};
  for (const [name, value] of Object.entries(extras)) arrays[name] = await fromComplexTensor(kernels, value);
  await writeNpz(path, {
    [HEADER]: JSON.stringify(header),
    object: await fromComplexTensor(kernels, state.object),
    probe: await fromComplexTensor(kernels, state.probe),
    illumination: { type: 'float32', shape: state.illumination.shape, data: await state.illumination.data<'float32'>() },
    x: state.x,
    y: state.y,
    moveX: state.moveX,
    moveY: state.moveY,
    lastMoveX: state.lastMoveX,
    lastMoveY: state.lastMoveY,
    ...arrays,
  });
}

/** Tensors of the size of the object that only some runs have. */
function extrasOf({ state }: PreparedSolve): Readonly<Record<string, Tensor>> {
  const { before, average, momentum } = state;
  return {
    ...(before === undefined ? {} : { before }),
    ...(average === undefined ? {} : { average }),
    ...(momentum === undefined ? {} : { velocity: momentum.velocity }),
    ...Object.fromEntries((momentum?.updates ?? []).map((update, i) => [`update${i}`, update])),
  };
}

function identityOf({ raw }: SolveRequest, { survey, badPixels }: PreparedSolve): DataIdentity {
  const positionSum = raw.xcoords.reduce((a, b) => a + b, 0) + 2 * raw.ycoords.reduce((a, b) => a + b, 0);
  const marks = (badPixels ?? new Uint8Array(0)).reduce((sum, bad, i) => sum + bad * (i + 1), 0);
  return { frames: raw.frameCount, totalCounts: survey.totalCounts, positionSum, badPixels: marks };
}

async function restore(path: string, request: SolveRequest, run: PreparedSolve): Promise<void> {
  await using file = await NpzFile.open(path);
  if (!file.has(HEADER)) throw new SolveCheckpointError('The file is no checkpoint', { where: path, fix: FIX });
  const header = JSON.parse(String(((await file.read(HEADER)).data as readonly string[])[0])) as Header;
  assertSameRun(path, header, { config: request.config, data: identityOf(request, run) });
  const { kernels, state } = run;
  const floats = async (key: string, like: Tensor, parts: 1 | 2): Promise<Float32Array> => {
    const { data } = await file.read(key);
    if (!(data instanceof Float32Array) || data.length !== parts * like.size) {
      throw new SolveCheckpointError(`The array '${key}' of the checkpoint does not fit the scan`, { where: path, fix: FIX });
    }
    return data;
  };
  const complex = async (key: 'object' | 'probe'): Promise<Tensor> =>
    toComplexTensor(kernels, { shape: state[key].shape, data: await floats(key, state[key], 2) });
  state.accept({ object: await complex('object'), probe: await complex('probe') });
  state.illuminate(tensor(await floats('illumination', state.illumination, 1), state.illumination.shape));
  for (const key of ['x', 'y', 'moveX', 'moveY', 'lastMoveX', 'lastMoveY'] as const)
    state[key].set((await file.read(key)).data as Float64Array);
  const extras = new Map<string, Tensor>();
  for (const name of header.extras) {
    const data = await floats(name, state.object, 2);
    extras.set(name, toComplexTensor(kernels, { shape: state.object.shape, data }));
  }
  state.before = extras.get('before');
  state.average = extras.get('average');
  state.averagedEpochs = header.averagedEpochs;
  const velocity = extras.get('velocity');
  const updates = header.extras.filter((name) => name.startsWith('update')).map((name) => extras.get(name) as Tensor);
  if (velocity !== undefined) state.remember({ velocity, updates });
  state.progress = header.progress;
  state.history.push(...header.history);
}

function assertSameRun(path: string, header: Header, now: Pick<Header, 'config' | 'data'>): void {
  if (header.format !== FORMAT) throw new SolveCheckpointError('The checkpoint is of another program', { where: path, fix: FIX });
  const keys = [...new Set([...Object.keys(header.config), ...Object.keys(now.config)])].filter((key) => !FREE.includes(key));
  const of = (config: SolveConfig, key: string): string => JSON.stringify((config as Readonly<Record<string, unknown>>)[key]);
  const fields = keys.filter((key) => of(header.config, key) !== of(now.config, key));
  if (canonicalJson(header.data) !== canonicalJson(now.data)) fields.push('scan');
  if (fields.length === 0) return;
  throw new SolveCheckpointError(`The checkpoint is of another run; these differ: ${fields.join(', ')}`, { where: path, fix: FIX, fields });
}
