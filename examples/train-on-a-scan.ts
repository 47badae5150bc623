// Trains on one scan, watches the loss, and keeps the stitched object: `train-on-a-scan.ts scan.npz [epochs]`.
import { LegacyParams, loadExecutionConfig, loadTrainingConfig } from '@ptychokit/config';
import { memmapBridgeFactory } from '@ptychokit/memmap-bridge';
import { inferObject, loadEngine, type TrainOutcome, train } from '@ptychokit/trainer';

const [scan, epochs = '2'] = process.argv.slice(2);
if (scan === undefined) throw new TypeError('expected the path of a scan');

await loadEngine();
const config = loadTrainingConfig({ overrides: { trainDataFile: scan, nepochs: Number(epochs), batchSize: 8 } });
const params = new LegacyParams();
params.bridge(config); // before data is grouped or a model is built
await using bridge = memmapBridgeFactory(scan, config);
const raw = await bridge.rawData();

const run = train({ config, execution: loadExecutionConfig(), params, train: raw });
let outcome: TrainOutcome | undefined;
while (outcome === undefined) {
  const next = await run.next();
  if (next.done === true) outcome = next.value;
  else if (next.value.type === 'epoch') console.log(`epoch ${next.value.epoch}: loss ${next.value.trainLoss.toFixed(4)}`);
}

const { object, relativeResidual } = await inferObject(outcome.model, raw);
console.log(`object [${object.shape}], relative residual ${relativeResidual.toFixed(4)}`);
