// Trains with a loss of one's own on the diffraction patterns: `custom-loss.ts scan.npz [epochs]`.
import { LegacyParams, loadExecutionConfig, loadTrainingConfig } from '@ptychokit/config';
import { openScan } from '@ptychokit/memmap-bridge';
import { type CustomLoss, loadEngine, trainWith } from '@ptychokit/trainer';
import { add, log, mean, square, sub, type Tensor1D } from '@tensorflow/tfjs-core';

const [scan, epochs = '2'] = process.argv.slice(2);
if (scan === undefined) throw new TypeError('expected the path of a scan');

/** A Cauchy likelihood: hot pixels and beam stops, which no model explains, stop pulling once they are far off. One number per sample. */
const cauchy: CustomLoss = ({ predicted, measured }) => mean(log(add(1, square(sub(predicted, measured)))), [1, 2, 3]) as Tensor1D;

await loadEngine();
const config = loadTrainingConfig({ overrides: { trainDataFile: scan, nepochs: Number(epochs), batchSize: 8 } });
const params = new LegacyParams();
params.bridge(config);
await using raw = await openScan(scan);
await trainWith(
  { config, execution: loadExecutionConfig(), params, train: raw, loss: cauchy },
  { onEpoch: ({ epoch, trainLoss }) => console.log(`epoch ${epoch}: loss ${trainLoss.toFixed(5)}`) },
);
