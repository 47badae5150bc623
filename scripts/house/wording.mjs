/** The project speaks of itself alone: no paths of a machine, no registries, no left-over marks. Written in parts, so as not to find itself. */
const RULES = [
  [new RegExp(`(^|[^\\w.])/(${['home', 'root', 'opt', 'wo' + 'rk', 'mnt'].join('|')})/[a-z]`, 'i'), 'a path of one machine'],
  [new RegExp(`${['registry', 'npmjs'].join('\\.')}|${['pypi', 'org'].join('\\.')}`, 'i'), 'the host of a registry'],
  [new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`), 'a left-over mark'],
  [/\b(issue|ticket)\s+#?\d+/i, 'the number of a ticket'],
  [/\b(it|describe|test)\.only\(/, 'a test that switches off all others'],
];

export function wording(files) {
  return files
    .filter(({ path }) => path !== 'LICENSE' && path !== 'scripts/house/wording.mjs')
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, i) => RULES.filter(([pattern]) => pattern.test(line)).map(([, what]) => `${path}:${i + 1}: ${what}`)),
    );
}
