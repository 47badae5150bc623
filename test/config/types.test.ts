import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Compiler messages for a snippet that stands beside the configuration's sources. */
function messagesOf(source: string): readonly string[] {
  const path = `${root}packages/config/src/snippet-under-test.ts`;
  const { config } = ts.readConfigFile(`${root}tsconfig.base.json`, ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...config.compilerOptions, noEmit: true, composite: false, declarationMap: false },
    root,
  );
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (name) => (name === path ? source : readFile(name));
  host.fileExists = (name) => name === path || fileExists(name);
  host.getSourceFile = (name, target) => (name === path ? ts.createSourceFile(name, source, target) : getSourceFile(name, target));
  const program = ts.createProgram([path], { ...options, noUnusedLocals: false }, host);
  return program
    .getSemanticDiagnostics(program.getSourceFile(path))
    .map(
      ({ messageText, start = 0 }) => `${source.slice(0, start).split('\n').length}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
}

test('What must not compile does not, and the rest does', () => {
  const messages = messagesOf(`
    import { FLAT_KEYS, type FlatTable } from './legacy-keys.js';
    import { parseTrainingConfig, type TrainingConfig, CLOCK, type Clock, LegacyParams, type StudyDesign } from './index.js';
    const complete: FlatTable = FLAT_KEYS;
    const { seed: _, ...withoutSeed } = FLAT_KEYS;
    // @ts-expect-error a field without an entry
    const incomplete: FlatTable = withoutSeed;
    // @ts-expect-error an execution setting in the flat dictionary (CONFIG-002)
    const leaking: FlatTable = { ...FLAT_KEYS, accelerator: 'debug' };
    // @ts-expect-error a number field under the key of a text
    const mistyped: FlatTable = { ...FLAT_KEYS, nepochs: 'output_prefix' };
    const config: TrainingConfig = parseTrainingConfig({});
    // @ts-expect-error configurations are readonly
    config.nepochs = 3;
    // @ts-expect-error at any depth
    config.model.N = 64;
    declare const design: StudyDesign;
    // @ts-expect-error lists too
    design.doses.push(3);
    const N: 64 | 128 | 256 = config.model.N;
    const big: boolean = new LegacyParams().get('object.big');
    // @ts-expect-error no such key
    new LegacyParams().get('accelerator');
  `);
  expect(messages).toEqual([]);
});
