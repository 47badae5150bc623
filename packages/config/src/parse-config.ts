import type { z } from 'zod';
import { closestName } from './closest-name.js';
import { type DeepReadonly, deepFreeze } from './deep-readonly.js';
import { ConfigError, type Issue } from './errors.js';
import type { ExecutionConfig } from './execution-config.js';
import { executionConfigSchema } from './execution-config.js';
import { infoOf, type RuleParams } from './field.js';
import { type InferenceConfig, inferenceConfigSchema } from './inference-config.js';
import { type ModelConfig, modelConfigSchema } from './model-config.js';
import { resolveAliases } from './resolve-aliases.js';
import { fieldsOf, schemaAt, typeText } from './schema-walk.js';
import { type SolveConfig, solveConfigSchema } from './solve-config.js';
import { type StudyDesign, studyDesignSchema } from './study-design.js';
import { type TrainingConfig, trainingConfigSchema } from './training-config.js';

/** How to read a configuration that is no file. */
export interface ParseOptions {
  /** Where the input comes from, for the error. */
  readonly where?: string | undefined;
}

/** Validates a model configuration. @throws ConfigError with every problem */
export const parseModelConfig = (input: unknown, options?: ParseOptions): ModelConfig => parseConfig(modelConfigSchema, input, options);

/** Validates a training configuration. @throws ConfigError with every problem */
export const parseTrainingConfig = (input: unknown, options?: ParseOptions): TrainingConfig =>
  parseConfig(trainingConfigSchema, input, options);

/** Validates an inference configuration. @throws ConfigError with every problem */
export const parseInferenceConfig = (input: unknown, options?: ParseOptions): InferenceConfig =>
  parseConfig(inferenceConfigSchema, input, options);

/** Validates execution settings. @throws ConfigError with every problem */
export const parseExecutionConfig = (input: unknown, options?: ParseOptions): ExecutionConfig =>
  parseConfig(executionConfigSchema, input, options);

/** Validates the configuration of an iterative reconstruction. @throws ConfigError with every problem */
export const parseSolveConfig = (input: unknown, options?: ParseOptions): SolveConfig => parseConfig(solveConfigSchema, input, options);

/** Validates a study design. @throws ConfigError with every problem */
export const parseStudyDesign = (input: unknown, options?: ParseOptions): StudyDesign => parseConfig(studyDesignSchema, input, options);

/**
 * Aliases to canonical names, defaults, validation, freezing: the one way from plain values to a configuration.
 *
 * @throws ConfigError that lists every problem at once
 */
export function parseConfig<S extends z.ZodObject>(schema: S, input: unknown, options: ParseOptions = {}): DeepReadonly<z.output<S>> {
  const { value, issues } = resolveAliases(schema, input);
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success && issues.length === 0) return deepFreeze(parsed.data);
  const found = parsed.success ? [] : parsed.error.issues.flatMap((issue) => toIssues(schema, value, issue));
  throw new ConfigError(onePerKey([...issues, ...found]), { where: options.where });
}

function onePerKey(issues: readonly Issue[]): readonly Issue[] {
  return issues.filter((issue, i) => issues.findIndex((other) => other.key === issue.key && other.expected === issue.expected) === i);
}

function toIssues(root: z.ZodType, value: unknown, issue: z.core.$ZodIssue): readonly Issue[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(root, value, [...issue.path, key]));
  const prefix = keyOf(issue.path);
  if (issue.code === 'custom') {
    const found = (issue.params as unknown as RuleParams).describe(issue.input);
    return [{ ...found, key: prefix === '' ? found.key : `${prefix}.${found.key}` }];
  }
  const schema = schemaAt(root, issue.path) ?? root;
  const got = shown(valueAt(value, issue.path));
  return [{ key: prefix === '' ? '(the whole configuration)' : prefix, expected: typeText(schema), got, fix: fixFor(schema, got) }];
}

function fixFor(schema: z.ZodType, got: string): string {
  const doc = infoOf(schema)?.doc;
  const value = schema.safeParse(undefined).data;
  const required = got === 'nothing' ? 'add it' : 'correct it';
  const fallback = typeof value === 'object' && value !== null ? 'the default' : JSON.stringify(value);
  const action = value === undefined ? required : `correct it, or leave it out for ${fallback}`;
  return doc === undefined ? action : `${action}: ${doc}`;
}

function unknownKey(root: z.ZodType, value: unknown, path: readonly PropertyKey[]): Issue {
  const owner = path.slice(0, -1);
  const name = String(path.at(-1));
  const object = schemaAt(root, owner) ?? root;
  const names = knownNames(object);
  const nested = new Map(fieldsOf(object).flatMap(([key, child]) => knownNames(child).map((inner) => [inner, `${key}.${inner}`])));
  const close = nested.get(name) ?? closestName(name, names) ?? nested.get(closestName(name, [...nested.keys()]) ?? '');
  return {
    key: keyOf(path),
    expected: 'a known field',
    got: shown(valueAt(value, path)),
    fix: close === undefined ? `remove it; known fields are ${names.join(', ')}` : `did you mean ${keyOf([...owner, close])}?`,
  };
}

const knownNames = (schema: z.ZodType): readonly string[] =>
  fieldsOf(schema).flatMap(([name, child]) => [name, ...(infoOf(child)?.aliases ?? []).map((alias) => alias.name)]);

const keyOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (key, part) => (typeof part === 'number' ? `${key}[${part}]` : key === '' ? String(part) : `${key}.${String(part)}`),
    '',
  );

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((current, key) => (typeof current === 'object' && current !== null ? Reflect.get(current, key) : undefined), value);

/** A value as it stands in an error message. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return `'${value}' (string)`;
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? `a list of ${value.length}` : 'a mapping';
  return typeof value === 'function' ? 'a function' : String(value);
}
