// A cell of a notebook: TypeScript that becomes CommonJS.
import { loadTrainingConfig } from '@ptychokit/config';
import { mse, type RealImage } from '@ptychokit/metrics';
import { poolSize } from '@ptychokit/study';

const image = (...values: readonly number[]): RealImage => ({ shape: [1, values.length], data: Float64Array.from(values) });
const config = loadTrainingConfig({ overrides: { trainDataFile: 'scan.npz', nepochs: 3 } });
const { workers } = poolSize({ jobs: 9, cores: 2, available_bytes: 8e9 });
console.log(JSON.stringify({ epochs: config.nepochs, mse: mse(image(1, 2), image(1, 4)), workers, module: typeof module }));
