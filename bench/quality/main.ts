// Quality on the simulated lines scans, the same data for everyone: trains, stitches the test scan, scores it against the truth.
//   npm run bench:quality -- --gridsize 2 --max-epochs 10 --set model.objectMode=single --set maeWeight=1
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadEngine } from '@ptychokit/trainer';
import { parityDir } from '../../test/support/shared-data.js';
import { overridesOf } from './overrides.js';
import { scoreSimlines } from './simlines.js';

const { values } = parseArgs({
  options: {
    fixtures: { type: 'string', default: parityDir() ?? '' },
    gridsize: { type: 'string', default: '2' },
    'max-epochs': { type: 'string', default: '10' },
    seed: { type: 'string', default: '42' },
    threads: { type: 'string', default: '2' },
    set: { type: 'string', multiple: true, default: [] },
  },
});

await loadEngine({ accelerator: 'cpu', threads: Number(values.threads), deterministic: true });
const memmapDir = await mkdtemp(join(tmpdir(), 'ptychokit-quality-'));
try {
  const scores = await scoreSimlines({
    folder: values.fixtures,
    gridsize: Number(values.gridsize),
    fields: { nepochs: Number(values['max-epochs']), seed: Number(values.seed), ...overridesOf(values.set) },
    memmapDir,
    onEpoch: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`gridsize ${values.gridsize}, ${values['max-epochs']} epochs, seed ${values.seed} ${values.set.join(' ')}\n`);
  process.stdout.write('| stitching | SSIM | MAE | PSNR (255) | MS-SSIM (family) | FRC50 |\n| --- | --- | --- | --- | --- | --- |\n');
  for (const [name, { ssim, mae, psnr, msSsim, frc50 }] of Object.entries(scores)) {
    const cells = [ssim[0], mae[0], psnr[0], msSsim[0], frc50[0]].map((value) => value?.toPrecision(4) ?? 'never below');
    process.stdout.write(`| ${name} | ${cells.join(' | ')} |\n`);
  }
} finally {
  await rm(memmapDir, { recursive: true, force: true });
}
