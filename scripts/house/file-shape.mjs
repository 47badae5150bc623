/** Lines of code: without blank lines and comments. */
const codeLines = (text) =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length;

const LARGEST = { source: 250, script: 150 };
const GRAB_BAG = /\/(util|utils|helper|helpers|misc|common)\.[a-z]+$/;

/** Small files with one reason each: sources up to 250 lines of code, scripts up to 150, no grab bags, no star exports. */
export function fileShape(files) {
  return files.flatMap(({ path, text }) => {
    const broken = [];
    const limit = /^packages\/[^/]+\/src\//.test(path) ? LARGEST.source : /^scripts\//.test(path) ? LARGEST.script : undefined;
    if (limit === undefined) return broken;
    const lines = codeLines(text);
    if (lines > limit) broken.push(`${path}: ${lines} lines of code, at most ${limit}`);
    if (GRAB_BAG.test(path)) broken.push(`${path}: name the file after the one thing it holds`);
    text.split('\n').forEach((line, i) => {
      if (/^export \* from/.test(line)) broken.push(`${path}:${i + 1}: export names, not everything`);
      if (/\bMath\.random\(/.test(line)) broken.push(`${path}:${i + 1}: take randomness from a seeded Random`);
    });
    return broken;
  });
}
