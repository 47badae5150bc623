import { parseTrainingConfig } from '@ptychokit/config';
import { type NpyValue, NpzFile, writeNpz } from '@ptychokit/memmap-bridge';
import { CheckpointError } from '../errors.js';
import { type ParameterSpec, sizeOf } from '../models/parameters.js';
import type { Checkpoint } from './checkpoint.js';

const FORMAT = { format: 'ptychokit checkpoint', version: 1 } as const;
const HEADER = '_checkpoint';

type Arrays = ReadonlyMap<string, Float32Array>;

/** Writes a checkpoint as an NPZ archive, whole or not at all (temporary name, flush, rename). */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint, specs: readonly ParameterSpec[]): Promise<void> {
  const { optimiser, bestValues, ...rest } = checkpoint;
  const header = JSON.stringify({ ...FORMAT, ...rest, steps: optimiser.steps });
  const parts: readonly (readonly [string, Arrays | null])[] = [
    ['value', optimiser.values],
    ['first', optimiser.firstMoments],
    ['second', optimiser.secondMoments],
    ['best', bestValues],
  ];
  const arrays = parts.flatMap(([part, values]) =>
    values === null
      ? []
      : specs.map(({ name, shape }): [string, NpyValue] => [
          `${part}/${name}`,
          { type: 'float32', shape, data: values.get(name) as Float32Array },
        ]),
  );
  await writeNpz(path, { [HEADER]: header, ...Object.fromEntries(arrays) });
}

/**
 * Reads a checkpoint.
 *
 * @throws CheckpointError a file that is no checkpoint of this version, or does not hold the parameters `specs`
 */
export async function readCheckpoint(path: string, specs: readonly ParameterSpec[]): Promise<Checkpoint> {
  await using file = await NpzFile.open(path);
  const header = await readHeader(file);
  const read = async (part: string): Promise<Map<string, Float32Array>> => {
    const values = new Map<string, Float32Array>();
    for (const { name, shape } of specs) values.set(name, await readParameter(file, `${part}/${name}`, sizeOf(shape)));
    return values;
  };
  return {
    config: parseTrainingConfig(header.config),
    scales: header.scales,
    data: header.data,
    progress: header.progress,
    history: header.history,
    optimiser: { steps: header.steps, values: await read('value'), firstMoments: await read('first'), secondMoments: await read('second') },
    bestValues: file.names.some((name) => name.startsWith('best/')) ? await read('best') : null,
  };
}

interface Header extends Omit<Checkpoint, 'optimiser' | 'bestValues'> {
  readonly format: unknown;
  readonly version: unknown;
  readonly steps: number;
}

/** Configuration of a checkpoint, without its parameters. */
export async function readHeader(file: NpzFile): Promise<Header> {
  const fix = 'start again with --no-resume, or with another output directory';
  if (!file.has(HEADER)) throw new CheckpointError('The file is no checkpoint', { where: file.path, fix });
  const { data } = await file.read(HEADER);
  const header = JSON.parse(String((data as readonly string[])[0])) as Header;
  if (header.format !== FORMAT.format || header.version !== FORMAT.version) {
    throw new CheckpointError(`The checkpoint is of version ${String(header.version)}, this program reads version ${FORMAT.version}`, {
      where: file.path,
      fix,
    });
  }
  return header;
}

async function readParameter(file: NpzFile, key: string, size: number): Promise<Float32Array> {
  const { data } = await file.read(key);
  if (!(data instanceof Float32Array) || data.length !== size) {
    throw new CheckpointError(
      `The array '${key}' of the checkpoint does not fit the model: expected ${size} float32 values, got ${data.length}`,
      {
        where: file.path,
        fix: 'start again with --no-resume, or with another output directory',
      },
    );
  }
  return data;
}
