import type { Diagnosis } from './doctor.js';

const WIDTH = 18;

function row(label: string, value: string): string {
  return `${label.padEnd(WIDTH)}${value}`;
}

function engineRows({ engine, location, benchmark }: Diagnosis): readonly string[] {
  if (engine === undefined) return [row('engine', 'not available')];
  const origin =
    location?.manifest === undefined ? 'installed by hand' : `${location.manifest.way}, ${location.manifest.created.slice(0, 10)}`;
  const rows = [
    row('engine', `TensorFlow.js ${engine.tfjsVersion}, native addon (${origin})`),
    row('TensorFlow', engine.tensorflowVersion),
    row('threads', `${engine.threads}${engine.deterministic ? ' (deterministic)' : ''}`),
  ];
  if (benchmark === undefined) return rows;
  return [
    ...rows,
    row('convolution', `${benchmark.convolutionGflops.toFixed(0)} GFLOP/s (3x3, 64 to 64 channels, 16 images of 32x32)`),
    row('matrix product', `${benchmark.matmulGflops.toFixed(0)} GFLOP/s (1024x1024)`),
  ];
}

/** Prints a diagnosis for a terminal, one fact a line, problems and their remedies last. */
export function formatDiagnosis(diagnosis: Diagnosis): string {
  const { location, problems } = diagnosis;
  return [
    row('Node', `${diagnosis.node}, ${diagnosis.platform}`),
    row('processor', `${diagnosis.processor}, ${diagnosis.cores} cores`),
    row('instruction sets', diagnosis.instructionSets.join(' ') || 'unknown'),
    ...engineRows(diagnosis),
    row('addon', location === undefined ? 'none' : location.addonPath),
    row('cache', diagnosis.cacheFolder),
    ...(problems.length === 0 ? ['', 'Everything is in order.'] : []),
    ...problems.flatMap(({ what, fix }) => ['', `problem: ${what}`, `  fix: ${fix}`]),
  ].join('\n');
}
