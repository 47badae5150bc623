import { Random } from '@ptychokit/config';
import { abs, type Tensor, type Tensor4D, tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { attentionGate, attentionSpecs } from '../../../packages/trainer/src/models/attention.js';
import { Weights } from '../../../packages/trainer/src/models/weights.js';
import { onEveryEngine, randomTensor } from '../../contract/operator.js';

const [B, H, W, C] = [2, 4, 6, 32];

const draw = (): Record<string, Tensor> =>
  Object.fromEntries(attentionSpecs('gate', C).map(({ name, shape }) => [name, randomTensor(shape, new Random(1, name)).mul(0.3)]));

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Woo et al., ECCV 2018, with loops. */
function reference(x: Tensor4D, tensors: Record<string, Tensor>): number[][][][] {
  const get = (name: string): never => (tensors[`gate/${name}`] as Tensor).arraySync() as never;
  const [w1, b1, w2, b2] = [get('squeeze/kernel'), get('squeeze/bias'), get('excite/kernel'), get('excite/bias')] as [
    number[][],
    number[],
    number[][],
    number[],
  ];
  const kernel = (tensors['gate/spatial/kernel'] as Tensor).dataSync(); // [7, 7, 2, 1]
  return x.arraySync().map((image) => {
    const pixels = image.flat();
    const pooled = [
      Array.from({ length: C }, (_, c) => pixels.reduce((sum, p) => sum + (p[c] as number), 0) / (H * W)),
      Array.from({ length: C }, (_, c) => Math.max(...pixels.map((p) => p[c] as number))),
    ];
    const shared = (v: number[]): number[] => {
      const hidden = b1.map((b, j) =>
        Math.max(
          0,
          v.reduce((sum, value, c) => sum + value * ((w1[c] as number[])[j] as number), b),
        ),
      );
      return b2.map((b, c) => hidden.reduce((sum, value, j) => sum + value * ((w2[j] as number[])[c] as number), b));
    };
    const [ofMean, ofMax] = pooled.map(shared) as [number[], number[]];
    const gated = image.map((row) => row.map((p) => p.map((value, c) => value * sigmoid((ofMean[c] as number) + (ofMax[c] as number)))));
    const descriptor = gated.map((row) => row.map((p) => [Math.max(...p), p.reduce((a, b) => a + b, 0) / C]));
    return gated.map((row, r) =>
      row.map((p, c) => {
        let z = 0;
        for (let k = 0; k < 7 * 7 * 2; k++) {
          const [i, j, d] = [Math.floor(k / 14), Math.floor(k / 2) % 7, k % 2];
          z += (descriptor[r + i - 3]?.[c + j - 3]?.[d] ?? 0) * (kernel[k] as number);
        }
        return p.map((value) => value * sigmoid(z));
      }),
    );
  });
}

it('The gate has a sixteenth of the channels inside, one at least', () => {
  const shapes = (channels: number): (readonly number[])[] => attentionSpecs('gate', channels).map(({ shape }) => shape);
  expect(shapes(32)).toEqual([[32, 2], [2], [2, 32], [32], [7, 7, 2, 1]]);
  expect(shapes(8)).toEqual([[8, 1], [1], [1, 8], [8], [7, 7, 2, 1]]);
});

onEveryEngine('attentionGate', () => {
  it('is the channel gate, then the spatial gate, of the paper', () => {
    const tensors = draw();
    const x = abs(randomTensor([B, H, W, C], new Random(2))) as Tensor4D;
    const gated = attentionGate(x, new Weights(tensors), 'gate');
    expect(gated.shape).toEqual([B, H, W, C]);
    expect(
      abs(gated.sub(tensor(reference(x, tensors))))
        .max()
        .dataSync()[0],
    ).toBeLessThan(1e-5);
  });
});
