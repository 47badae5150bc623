// Writes docs/TEST_SUITE_INDEX.md, the list of every test file with what it is about; with --check, says when it is no longer current.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'docs', 'TEST_SUITE_INDEX.md');

function testFiles(dir) {
  return readdirSync(join(root, dir), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${dir}/${entry.name}`;
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : testFiles(path);
      return entry.name.endsWith('.test.ts') ? [path] : [];
    });
}

/** Cases written in the source; a table of cases counts once. */
const casesIn = (text) => (text.match(/^\s*(?:it|test)(?:\.\w+(?:\([^\n]*?\))?)*(?:<[^\n]*>)?\(/gm) ?? []).length;

/** What the file describes; where it describes nothing, its first test. */
function subjectsOf(text) {
  const titles = (pattern) => [...text.matchAll(pattern)].map(([, title]) => title).filter((title) => !title.startsWith('%'));
  const described = titles(/^(?:describe(?:\.\w+\([^\n]*?\))?|onEveryEngine)\(\s*['"`]([^'"`\n]+)['"`]/gm);
  return described.length > 0 ? described : titles(/^(?:it|test)(?:\.\w+\([^\n]*?\))*\(\s*['"`]([^'"`\n]+)['"`]/gm).slice(0, 1);
}

function indexText() {
  const files = testFiles('test').map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  const groups = Map.groupBy?.(files, ({ path }) => path.split('/')[1]) ?? grouped(files);
  const sections = [...groups].map(([name, members]) => {
    const rows = members.map(({ path, text }) => {
      const subjects = subjectsOf(text).join(', ').replaceAll('|', '\\|');
      return `| [${path.split('/').slice(2).join('/')}](../${path}) | ${casesIn(text)} | ${subjects} |`;
    });
    return [`## ${name}`, '', '| file | cases | about |', '|---|---|---|', ...rows].join('\n');
  });
  const intro = `Written by \`npm run test:index\` from ${files.length} test files; how to run them is in the [testing guide](TESTING_GUIDE.md).`;
  return `${['# Index of the test suite', intro, ...sections].join('\n\n')}\n`;
}

function grouped(files) {
  const groups = new Map();
  for (const file of files) {
    const name = file.path.split('/')[1];
    groups.set(name, [...(groups.get(name) ?? []), file]);
  }
  return groups;
}

const text = indexText();
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('docs/TEST_SUITE_INDEX.md is no longer current: run npm run test:index');
  process.exit(1);
}
