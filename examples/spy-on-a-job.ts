// A training job with other services than the production ones, in three ways: as an argument, in a container, in a child container.
// The spies are plain functions; nothing is trained: `spy-on-a-job.ts out/spies`.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BRIDGE_FACTORY, type BridgeFactory, inMemoryBridge, RawData } from '@ptychokit/memmap-bridge';
import { createStudyContainer, type RunOptions, runTrainingJob, type TrainingJob, writeFileAtomically } from '@ptychokit/study';
import { type BundleWriter, TRAINER, type Trainer } from '@ptychokit/trainer';

const [root = 'out/spy-on-a-job'] = process.argv.slice(2);
const N = 64;

const scan = RawData.fromArrays({
  diffraction: new Float32Array(4 * N * N).fill(1), // [n, N, N] amplitudes
  frameSize: N,
  xcoords: Float64Array.of(0, 8, 0, 8),
  ycoords: Float64Array.of(0, 0, 8, 8),
  probeGuess: { shape: [N, N], data: new Float32Array(2 * N * N).fill(1) },
  source: 'an experiment in memory',
});

/** A bridge factory that remembers what it was asked for. */
function spyBridge(): { readonly paths: string[]; readonly factory: BridgeFactory } {
  const paths: string[] = [];
  const factory: BridgeFactory = (path) => {
    paths.push(path);
    return inMemoryBridge(scan);
  };
  return { paths, factory };
}

/** A trainer that trains nothing, but sees to it that the configuration reached the flat parameters before (CONFIG-001). */
const trainer: Trainer = async ({ config, params, train, test }) => {
  params.assertBridged(config, 'training');
  if (train !== scan || test !== scan) throw new Error('the trainer gets what the bridges hold');
  const epoch = { epoch: 1, trainLoss: 0.5, valLoss: null, learningRate: 1e-3, seconds: 0, patternsPerSecond: 1 };
  return { model: {} as never, history: [epoch], bestEpoch: 1, epochsCompleted: 1, reason: 'completed', checkpointPath: null };
};

const writeBundle: BundleWriter = async (_model, path) => {
  await writeFileAtomically(path, 'no weights');
  return { path, bytes: 10, sha256: '0'.repeat(64) };
};

const jobIn = (dir: string): TrainingJob => ({
  ...{ dose: 1e3, view: 'baseline', gridsize: 1, trainDataPath: 'train.npz', testDataPath: 'test.npz' },
  artifactDir: join(root, dir),
  logPath: join(root, dir, 'train.log'),
});

async function run(how: string, { paths }: { readonly paths: readonly string[] }, options: RunOptions): Promise<void> {
  const { status, final_loss, error } = await runTrainingJob(jobIn(how), options);
  console.log(`${how}: ${status}, loss ${final_loss}, bridges to ${paths.join(' and ')}${error === null ? '' : `, ${error}`}`);
}

await mkdir(root, { recursive: true });
const [asArgument, inContainer, inChild] = [spyBridge(), spyBridge(), spyBridge()];
await run('argument', asArgument, { bridgeFactory: asArgument.factory, trainer, writeBundle });

const container = createStudyContainer({ writeBundle });
container.register(BRIDGE_FACTORY, { useValue: inContainer.factory });
container.register(TRAINER, { useValue: trainer });
await run('container', inContainer, { container });

// A child has its own bridge, and the trainer of its parent.
const child = container.createChildContainer();
child.register(BRIDGE_FACTORY, { useValue: inChild.factory });
await run('child container', inChild, { container: child });
console.log(`the parent was asked ${inContainer.paths.length} times`);
