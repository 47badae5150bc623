import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MANIFEST_KINDS, schemaFiles } from '@ptychokit/study';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../../docs/schemas/', import.meta.url));

test('The JSON Schemas in docs/schemas are current: npm run schemas writes them', () => {
  const expected = schemaFiles();
  expect(readdirSync(folder).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, text] of Object.entries(expected)) expect(readFileSync(folder + name, 'utf8'), name).toBe(text);
});

test('Every manifest has a seal and refuses keys that are not in its schema', () => {
  for (const kind of MANIFEST_KINDS) {
    const schema = JSON.parse(schemaFiles()[`${kind.name}.schema.json`] as string);
    expect(schema.required, kind.name).toContain('manifest_sha256');
    expect(schema.additionalProperties, kind.name).toBe(false);
  }
});

test('A file belongs to at most one kind, and all keys are in snake_case', () => {
  const names = ['run.json', 'run_manifest.json', 'dense_train_metrics.json', 'metrics_bundle.json', 'training_manifest.json'];
  for (const name of names) expect(MANIFEST_KINDS.filter((kind) => kind.fileName.test(name)).length, name).toBe(1);
  for (const text of MANIFEST_KINDS.map(({ name }) => schemaFiles()[`${name}.schema.json`] as string)) {
    const keys = JSON.stringify(Object.keys(JSON.parse(text).properties));
    expect(keys).not.toMatch(/[A-Z]/);
  }
});
