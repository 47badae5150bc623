// Trains on arrays in memory instead of a file, by handing the run another bridge: no container, no mocking library.
import { loadExecutionConfig, loadTrainingConfig, Random } from '@ptychokit/config';
import { type BridgeFactory, inMemoryBridge, RawData } from '@ptychokit/memmap-bridge';
import { fitScan } from '@ptychokit/study';

const [outputDir = 'out/swap-the-bridge'] = process.argv.slice(2);
const N = 64;
const count = 12;
const random = new Random(0, 'example');

const raw = RawData.fromArrays({
  diffraction: Float32Array.from(random.normals(count * N * N), Math.abs), // [n, N, N] amplitudes
  frameSize: N,
  xcoords: Float64Array.from({ length: count }, (_, i) => 8 * (i % 4)),
  ycoords: Float64Array.from({ length: count }, (_, i) => 8 * Math.floor(i / 4)),
  probeGuess: { shape: [N, N], data: Float32Array.from(random.normals(2 * N * N)) },
  source: 'an experiment in memory',
});

const opened: string[] = [];
const bridgeFactory: BridgeFactory = (path) => {
  opened.push(path);
  return inMemoryBridge(raw);
};

const config = loadTrainingConfig({ overrides: { trainDataFile: 'experiment-7', outputDir, nepochs: 1, batchSize: 4 } });
const { reconstruction } = await fitScan({ config, execution: loadExecutionConfig() }, { bridgeFactory });
console.log(`bridges opened: ${opened.join(', ')}; object [${reconstruction.object.shape}]`);
