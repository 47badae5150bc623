import * as M from '@ptychokit/metrics';
import { test } from 'vitest';
import { parityArrays, parityJson } from './parity-arrays.js';

test('x', () => {
  const z = parityArrays('metrics.npz');
  const J = parityJson<any>('metrics.json');
  for (const name of ['noisy', 'shifted']) {
    for (const [key, o] of [
      ['plane_sigma1', { phaseAlignment: 'plane', msSsimSigmaPx: 1 }],
      ['mean_sigma0', { phaseAlignment: 'mean', msSsimSigmaPx: 0 }],
    ]) {
      const f = M.familyScore(z[name + '_gt'], z[name + '_rec'], o);
      const e = J[name][key];
      const map = {
        mae: 'mae',
        mse: 'mse',
        psnr: 'psnr',
        ssim: 'ssim',
        msSsim: 'ms_ssim',
        frc50: 'frc50',
        frc1over7: 'frc1over7',
        frc50Integer: 'frc50_devel_integer',
      };
      for (const [a, b] of Object.entries(map))
        process.stdout.write(`${name} ${key} ${a} ${f[a].map((v, i) => (v - e[b][i]).toExponential(2))}\n`);
    }
    const gt = z[name + '_gt'],
      rec = z[name + '_rec'];
    const t0 = performance.now();
    const s = M.score(gt, rec, { region: M.boxRegion([140, 140], { top: 12, left: 12, rows: 116, cols: 116 }) });
    process.stdout.write(`${performance.now() - t0} ms\n`);
    const { curve, ...frc } = s.frc;
    process.stdout.write(JSON.stringify({ ...s, frc }, null, 1) + '\n');
  }
});
