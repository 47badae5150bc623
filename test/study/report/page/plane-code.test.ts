import { readFile } from 'node:fs/promises';
import { runInNewContext } from 'node:vm';
import { Random } from '@ptychokit/config';
import { beforeAll, describe, expect, it } from 'vitest';
import { codeMask, codePlane } from '../../../../packages/study/src/report/page/plane-code.js';

interface Decoded {
  readonly mask: Uint8Array;
  readonly planes: ReadonlyMap<string, Float32Array>;
}

let decodeCell: (data: object) => Promise<Decoded>;
beforeAll(async () => {
  // The script as the page carries it.
  const script = await readFile(new URL('../../../../packages/study/assets/report/decode.js', import.meta.url), 'utf8');
  const all = `${script}; async (data) => {
    const cell = await decodeCell(data);
    for (const name in data.planes) for (const kind of ['amplitude', 'phase', 'phase_error', 'amplitude_error']) await planeOf(cell, name, kind);
    return cell;
  }`;
  decodeCell = runInNewContext(all, { Blob, DecompressionStream, Response, Uint8Array, Float32Array, atob });
});

describe('codePlane', () => {
  const random = new Random(3);
  const shape = [9, 13];
  const mask = Uint8Array.from({ length: 9 * 13 }, () => Number(random.uniform() > 0.3));
  const noise = (low: number, high: number): Float32Array => Float32Array.from(mask, () => low + (high - low) * random.uniform());
  const planes = { truth: { amplitude: noise(0, 2), phase: noise(-3, 3) }, pinn: { amplitude: noise(0, 5), phase: noise(-3, 3) } };

  it('is read back by the script of the page to a part in 4000 of its range, and nothing where the mask says so', async () => {
    const coded = Object.fromEntries(
      Object.entries(planes).map(([name, kinds]) => [
        name,
        Object.fromEntries(Object.entries(kinds).map(([kind, values]) => [kind, codePlane(values, mask)])),
      ]),
    );
    const decoded = await decodeCell({ shape, mask: codeMask(mask), planes: coded });
    expect([...decoded.mask]).toEqual([...mask]);
    const worst = { amplitude: 0, phase: 0 };
    for (const kind of ['amplitude', 'phase'] as const) {
      const [found, error] = [decoded.planes.get(`pinn:${kind}`), decoded.planes.get(`pinn:${kind}_error`)] as [Float32Array, Float32Array];
      for (let i = 0; i < mask.length; i++) {
        if (mask[i] === 0) {
          expect(found[i]).toBeNaN();
          continue;
        }
        const [value, truth] = [planes.pinn[kind][i], planes.truth[kind][i]] as [number, number];
        worst[kind] = Math.max(worst[kind], Math.abs((found[i] as number) - value));
        const difference = value - truth;
        const wanted = Math.abs(kind === 'phase' ? difference - 2 * Math.PI * Math.round(difference / (2 * Math.PI)) : difference);
        expect(Math.abs((error[i] as number) - wanted)).toBeLessThan(2 * (5 / 4000));
      }
    }
    expect(worst.amplitude).toBeLessThan(5 / 4095);
    expect(worst.phase).toBeLessThan(6 / 4095);
  });

  it('holds a constant plane and an empty one', async () => {
    const constant = codePlane(new Float32Array(mask.length).fill(0.25), mask);
    const nothing = new Uint8Array(mask.length);
    expect([constant.low, constant.high]).toEqual([0.25, 0.25]);
    const whole = await decodeCell({ shape, mask: codeMask(mask), planes: { truth: { amplitude: constant, phase: constant } } });
    expect(new Set(whole.planes.get('truth:phase'))).toEqual(new Set([0.25, Number.NaN]));
    const empty = codePlane(planes.truth.phase, nothing);
    const none = await decodeCell({ shape, mask: codeMask(nothing), planes: { truth: { amplitude: empty, phase: empty } } });
    expect(new Set(none.planes.get('truth:phase'))).toEqual(new Set([Number.NaN]));
  });
});
