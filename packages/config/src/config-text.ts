import type { Node, Pair, Scalar, YAMLMap } from 'yaml';
import type { z } from 'zod';
import { infoOf } from './field.js';
import { fieldsOf } from './schema-walk.js';
import { yamlLibrary } from './yaml-library.js';

/** A configuration as YAML with sentence and unit above every field; read as a file, it gives the same configuration. */
export function configText(schema: z.ZodType, config: object): string {
  const { Document } = yamlLibrary();
  const document = new Document(config, { aliasDuplicateObjects: false });
  annotate(document.contents as YAMLMap<Scalar, Node>, schema);
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function annotate(map: YAMLMap<Scalar, Node>, schema: z.ZodType): void {
  const { isMap, isSeq } = yamlLibrary();
  const fields = new Map(fieldsOf(schema));
  for (const { key, value } of map.items as Pair<Scalar, Node>[]) {
    const field = fields.get(String(key.value));
    if (field === undefined) continue;
    const info = infoOf(field);
    if (info !== undefined) key.commentBefore = ` ${info.doc}${info.unit === undefined ? '' : ` Unit: ${info.unit}.`}`;
    if (isMap(value)) annotate(value as YAMLMap<Scalar, Node>, field);
    // Lists and mappings of plain values read best on one line.
    if (isSeq(value)) value.items.every(isMap) ? value.items.forEach(inline) : inline(value);
  }
}

function inline(node: unknown): void {
  (node as { flow?: boolean }).flow = true;
}
