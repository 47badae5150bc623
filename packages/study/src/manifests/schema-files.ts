import { inferenceConfigSchema, studyDesignSchema, toJsonSchema, trainingConfigSchema } from '@ptychokit/config';
import { manifestJsonSchema } from './manifest-kind.js';
import { MANIFEST_KINDS } from './manifest-kinds.js';

/** The JSON Schemas of `docs/schemas`, text by file name: every manifest, and the configuration files a user may write. */
export function schemaFiles(): Readonly<Record<string, string>> {
  const configurations = {
    study_design: studyDesignSchema,
    training_config: trainingConfigSchema,
    inference_config: inferenceConfigSchema,
  };
  const schemas = [
    ...MANIFEST_KINDS.map((kind) => [kind.name, manifestJsonSchema(kind)] as const),
    ...Object.entries(configurations).map(([name, schema]) => [name, toJsonSchema(schema)] as const),
  ];
  return Object.fromEntries(schemas.map(([name, schema]) => [`${name}.schema.json`, `${JSON.stringify(schema, undefined, 2)}\n`]));
}
