import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Processor flags that decide how fast TensorFlow's kernels run, by the name the system lists them under. */
const NAMES: Readonly<Record<string, string>> = {
  sse4_2: 'SSE4.2',
  avx: 'AVX',
  avx2: 'AVX2',
  fma: 'FMA',
  avx512f: 'AVX512F',
  avx512_vnni: 'AVX512_VNNI',
  avx512_bf16: 'AVX512_BF16',
  avx512_fp16: 'AVX512_FP16',
  avx_vnni: 'AVX_VNNI',
  amx_tile: 'AMX_TILE',
  amx_int8: 'AMX_INT8',
  amx_bf16: 'AMX_BF16',
  asimd: 'NEON',
  asimdhp: 'FP16',
  sve: 'SVE',
  bf16: 'BF16',
  i8mm: 'I8MM',
};

function systemFlags(): string {
  try {
    if (process.platform === 'linux') return /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
    if (process.platform !== 'darwin') return '';
    if (process.arch === 'arm64') return 'asimd';
    const listed = execFileSync('sysctl', ['-n', 'machdep.cpu.features', 'machdep.cpu.leaf7_features'], { encoding: 'utf8' });
    return listed.toLowerCase().replace('sse4.2', 'sse4_2').replace('avx1.0', 'avx');
  } catch {
    return '';
  }
}

/** Vector instruction sets of this processor, simplest first; empty where the system does not tell. */
export function instructionSets(flags: string = systemFlags()): readonly string[] {
  const present = new Set(flags.split(/\s+/));
  return Object.entries(NAMES).flatMap(([flag, name]) => (present.has(flag) ? [name] : []));
}
