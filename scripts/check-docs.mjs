/*
 * What is written for people holds: links of Markdown files lead somewhere, and examples in doc comments and guides compile.
 *
 * Names that an example does not declare are taken from the packages, or stand for anything.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const PACKAGES = ['config', 'memmap-bridge', 'physics', 'metrics', 'trainer', 'iterative', 'study'];
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n');
const files = tracked.filter((path) => existsSync(join(root, path)));
let exportsOf;
const read = (path) => readFileSync(join(root, path), 'utf8');

const problems = [
  ...brokenLinks(files.filter((path) => /^(README|CONTRIBUTING|CHANGELOG|docs\/.*)\.?.*\.md$/.test(path))),
  ...brokenExamples(),
];
for (const line of problems) console.error(line);
console.log(`${problems.length} problems in what is written`);
process.exit(problems.length === 0 ? 0 : 1);

function brokenLinks(pages) {
  return pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)/g)].flatMap(([, target, anchor]) => {
      const file = target === '' ? page : join(dirname(page), target);
      if (!existsSync(join(root, file))) return [`${page}: nothing at ${target}`];
      if (anchor === undefined || !file.endsWith('.md')) return [];
      return headings(file).includes(anchor) ? [] : [`${page}: ${file} has no heading #${anchor}`];
    }),
  );
}

function headings(page) {
  const titles = [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, title]) => title);
  return titles.map((title) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** Every TypeScript block of a doc comment or a guide, with where it stands. */
function examples() {
  const sources = files.filter((path) => /^packages\/[^/]+\/src\/.*\.ts$|^(README|docs\/[^/]*)\.?.*md$/.test(path));
  return sources.flatMap((path) => {
    const text = read(path);
    const plain = path.endsWith('.ts') ? text.replace(/^[ \t]*\* ?/gm, '') : text;
    return [...plain.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code], i) => ({ name: `${path}#${i + 1}`, code }));
  });
}

function brokenExamples() {
  const known = examples().map((example, i) => ({ ...example, file: join(root, `test/.example-${i}.ts`) }));
  const first = diagnose(known.map(({ file, code }) => [file, bodyOf(code)]));
  const completed = known.map((example) => {
    const missing = new Set(
      first
        .filter(({ file, code }) => file === example.file && [2304, 2552, 18004].includes(code))
        .map(({ text }) => /'([^']+)'/.exec(text)[1]),
    );
    return [example.file, bodyOf(example.code, missing)];
  });
  const names = new Map(known.map(({ file, name }) => [file, name]));
  return diagnose(completed).map(({ file, text, code }) => `${names.get(file) ?? file}: ${text} (TS${code})`);
}

/** A module: imports stay on top, the rest may await. */
function bodyOf(code, missing = new Set()) {
  const lines = code.split('\n');
  const imports = lines.filter((line) => line.startsWith('import '));
  const rest = lines.filter((line) => !line.startsWith('import '));
  const free = [...missing].map((name) =>
    exported().has(name) ? `import { ${name} } from '${exported().get(name)}';` : `declare const ${name}: any;`,
  );
  return [...imports, ...free, 'export async function example() {', ...rest, '}'].join('\n');
}

/** Package of each exported name; vitest's are known too. */
function exported() {
  if (exportsOf !== undefined) return exportsOf;
  exportsOf = new Map(['vi', 'expect', 'it', 'test'].map((name) => [name, 'vitest']));
  for (const folder of PACKAGES) {
    for (const [, list] of read(`packages/${folder}/src/index.ts`).matchAll(/export (?:type )?\{([^}]*)\}/g))
      for (const entry of list.split(','))
        exportsOf.set(
          entry
            .replace(/.* as /, '')
            .replace(/\btype\b/, '')
            .trim(),
          `@ptychokit/${folder}`,
        );
  }
  return exportsOf;
}

function diagnose(entries) {
  const texts = new Map(entries);
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.checks.json'),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: console.error },
  );
  const options = {
    ...config.options,
    verbatimModuleSyntax: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    noImplicitReturns: false,
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.getSourceFile = (path, target, ...others) =>
    texts.has(path) ? ts.createSourceFile(path, texts.get(path), target, true) : getSourceFile(path, target, ...others);
  const program = ts.createProgram([...texts.keys()], options, host);
  return [...texts.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(({ code, messageText }) => ({
      file: path,
      code,
      text: ts.flattenDiagnosticMessageText(messageText, ' '),
    }));
  });
}
