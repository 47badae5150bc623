// Compiles the loops of packages/iterative/assembly into a TypeScript file that holds the binary. The compiler is fetched for the occasion.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMPILER = 'assemblyscript@0.28.20';
const FLAGS = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--enable', 'simd', '--use', 'abort='];

const home = fileURLToPath(new URL('../packages/iterative', import.meta.url));
const source = join(home, 'assembly/wave-loops.ts');
const folder = mkdtempSync(join(tmpdir(), 'ptychokit-wasm-'));
try {
  const binary = join(folder, 'loops.wasm');
  const { status } = spawnSync('npx', ['--yes', '--package', COMPILER, 'asc', source, '-o', binary, ...FLAGS], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  const digest = createHash('sha256').update(readFileSync(source)).digest('hex');
  const lines = [
    `// Made by \`npm run wasm\` from assembly/wave-loops.ts with ${COMPILER}: do not edit.`,
    '',
    '/** SHA-256 of the source that the binary was compiled from. */',
    `export const WAVE_LOOPS_SOURCE: string = '${digest}';`,
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
