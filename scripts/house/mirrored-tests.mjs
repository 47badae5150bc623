/** Suites that belong to no single source file. */
const FREE =
  /^test\/(contract|e2e|faults|fuzz|parity|support|fixtures|setup|examples|house|slow)\/|\/(public-api|types|variants)\.test\.ts$/;

/** `test/<package>/<path>.test.ts` stands for `packages/<package>/src/<path>.ts`, or for the folder of that name. */
export function mirroredTests(files) {
  const sources = files.flatMap(({ path }) => /^packages\/([^/]+)\/src\/(.*)\.ts$/.exec(path)?.slice(1).join('/') ?? []);
  const known = new Set(sources.flatMap((path) => [path, ...path.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'))]));
  return files
    .map(({ path }) => path)
    .filter((path) => path.endsWith('.test.ts') && !FREE.test(path))
    .filter((path) => !known.has(path.replace(/^test\//, '').replace(/\.test\.ts$/, '')))
    .map((path) => `${path}: mirrors no source file`);
}
