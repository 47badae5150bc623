import { sizeText } from '../../cli/size-text.js';
import type { ComparisonManifest } from '../../manifests/comparison-manifest.js';
import { html, type Markup } from './markup.js';
import { cellTitle } from './names.js';

interface ListedFile {
  readonly what: string;
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** Every file that went in and every table that came out, with its digest. */
export function filesSection(
  { cells, artifacts }: ComparisonManifest,
  comparison: { readonly path: string; readonly sha256: string; readonly bytes: number },
): Markup {
  const own = Object.entries(artifacts).map(([path, digest]): ListedFile => ({ what: 'tables', path, ...digest }));
  const inputs = cells.flatMap((cell): readonly ListedFile[] => {
    const { scan, methods } = cell.result;
    const what = cellTitle(cell);
    const read = methods.flatMap(({ label, inputs: files }) => files.map((file) => ({ what: `${what}, ${label}`, ...file })));
    return scan === null ? read : [{ what: `${what}, scan`, ...scan }, ...read];
  });
  const configs = cells.flatMap((cell) =>
    cell.result.methods.flatMap(({ label, config_sha256 }) =>
      config_sha256 === null ? [] : html`<tr><td>${cellTitle(cell)}, ${label}</td><td><code>${config_sha256}</code></td></tr>`,
    ),
  );
  const files = [{ what: 'manifest', ...comparison }, ...own, ...inputs];
  return html`<p>Paths are relative to the directory of the comparison. <code>ptychokit verify</code> checks all of them.</p>
<details><summary>${files.length} files with SHA256</summary><div class="scroll" tabindex="0" role="region" aria-label="Files"><table><thead><tr><th scope="col">Of</th><th scope="col">File</th><th scope="col">Size</th><th scope="col">SHA256</th></tr></thead><tbody>${files.map(
    ({ what, path, sha256, bytes }) =>
      html`<tr><td>${what}</td><td>${path}</td><td class="number">${sizeText(bytes)}</td><td><code>${sha256}</code></td></tr>\n`,
  )}</tbody></table></div></details>
<details><summary>${configs.length} configurations with SHA256</summary><div class="scroll" tabindex="0" role="region" aria-label="Configurations"><table><thead><tr><th scope="col">Of</th><th scope="col">SHA256 of the frozen configuration</th></tr></thead><tbody>${configs}</tbody></table></div></details>`;
}
