import type { z } from 'zod';
import { readConfigFile } from './config-file.js';
import type { DeepReadonly } from './deep-readonly.js';
import { type ExecutionConfig, executionConfigSchema } from './execution-config.js';
import { type InferenceConfig, inferenceConfigSchema } from './inference-config.js';
import { parseConfig } from './parse-config.js';
import { type SolveConfig, solveConfigSchema } from './solve-config.js';
import { type StudyDesign, studyDesignSchema } from './study-design.js';
import { type TrainingConfig, trainingConfigSchema } from './training-config.js';

/** Where the fields of a configuration come from; what comes later wins. */
export interface LoadOptions {
  /** Values that the file and the overrides win over, for a preset; they win over the defaults of the schema. */
  readonly defaults?: Readonly<Record<string, unknown>> | undefined;
  /** YAML or JSON file. */
  readonly file?: string | undefined;
  /** Values that win over the file, nested or with dotted keys (`"model.N": 128`); `undefined` values are ignored. */
  readonly overrides?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * A deep-frozen training configuration from a file, overrides and defaults.
 *
 * @throws ConfigError with every problem; ConfigFileError when the file cannot be read
 */
export const loadTrainingConfig = (options: LoadOptions = {}): TrainingConfig => load(trainingConfigSchema, options);

/** Like {@link loadTrainingConfig}, for inference. */
export const loadInferenceConfig = (options: LoadOptions = {}): InferenceConfig => load(inferenceConfigSchema, options);

/** Like {@link loadTrainingConfig}, for an iterative reconstruction. */
export const loadSolveConfig = (options: LoadOptions = {}): SolveConfig => load(solveConfigSchema, options);

/** Like {@link loadTrainingConfig}, for execution settings. */
export const loadExecutionConfig = (options: LoadOptions = {}): ExecutionConfig => load(executionConfigSchema, options);

/** Like {@link loadTrainingConfig}, for a study design. */
export const loadStudyDesign = (options: LoadOptions = {}): StudyDesign => load(studyDesignSchema, options);

function load<S extends z.ZodObject>(schema: S, { defaults = {}, file, overrides = {} }: LoadOptions): DeepReadonly<z.output<S>> {
  const merged = mapping();
  assign(merged, defaults);
  if (file !== undefined) assign(merged, readConfigFile(file));
  assign(merged, overrides);
  return parseConfig(schema, merged, { where: file });
}

type Mapping = Record<string, unknown>;

// Without a prototype, so that a key such as "__proto__" is an ordinary (and then unknown) field.
const mapping = (): Mapping => Object.create(null);

const isMapping = (value: unknown): value is Readonly<Mapping> => typeof value === 'object' && value !== null && !Array.isArray(value);

function assign(target: Mapping, source: Readonly<Mapping>): void {
  for (const [dotted, value] of Object.entries(source)) {
    if (value === undefined) continue;
    const path = dotted.split('.');
    const name = path.pop() as string;
    let owner = target;
    for (const part of path) owner = child(owner, part);
    if (isMapping(value)) assign(child(owner, name), value);
    else owner[name] = value;
  }
}

function child(owner: Mapping, name: string): Mapping {
  if (!isMapping(owner[name])) owner[name] = mapping();
  return owner[name] as Mapping;
}
