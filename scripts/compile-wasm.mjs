// Compiles packages/iterative/assembly into a TypeScript file that holds the binary. The compiler is fetched for the occasion.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMPILER = 'assemblyscript@0.28.20';
const FLAGS = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd,threads', '--use', 'abort='];
/** The caller gives the memory, which threads share. */
const MEMORY = ['--importMemory', '--sharedMemory', '--maximumMemory', '65536'];

const home = fileURLToPath(new URL('../packages/iterative', import.meta.url));
const sources = join(home, 'assembly');
const folder = mkdtempSync(join(tmpdir(), 'ptychokit-wasm-'));
try {
  const binary = join(folder, 'loops.wasm');
  const { status } = spawnSync(
    'npx',
    ['--yes', '--package', COMPILER, 'asc', join(sources, 'jobs.ts'), '-o', binary, ...FLAGS, ...MEMORY],
    { stdio: 'inherit' },
  );
  if (status !== 0) process.exit(status ?? 1);
  const digest = createHash('sha256');
  for (const name of readdirSync(sources).sort()) digest.update(readFileSync(join(sources, name)));
  const lines = [
    `// Made by \`npm run wasm\` from assembly/ with ${COMPILER}: do not edit.`,
    '',
    '/** SHA-256 of the sources, in the order of their names, that the binary was compiled from. */',
    `export const WAVE_LOOPS_SOURCE: string = '${digest.digest('hex')}';`,
    '',
    '/** WebAssembly of the loops, base64. */',
    'export const WAVE_LOOPS_BINARY: string =',
    `  '${readFileSync(binary).toString('base64')}';`,
    '',
  ];
  writeFileSync(join(home, 'src/kernels/wave-loops-binary.ts'), lines.join('\n'));
} finally {
  rmSync(folder, { recursive: true });
}
