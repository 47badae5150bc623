// CommonJS: require() of every package.
const { loadTrainingConfig } = require('@ptychokit/config');
const { RawData } = require('@ptychokit/memmap-bridge');
const { mse } = require('@ptychokit/metrics');
const { siemensMap } = require('@ptychokit/physics');
const { createStudyContainer, jobLabel } = require('@ptychokit/study');
const { trainWith } = require('@ptychokit/trainer');
const iterative = require('@ptychokit/iterative');

const config = loadTrainingConfig({ overrides: { trainDataFile: 'scan.npz', nepochs: 3 } });
const image = (...values) => ({ shape: [1, values.length], data: Float64Array.from(values) });
const functions = [RawData.fromArrays, siemensMap, createStudyContainer, trainWith].map((value) => typeof value);
const label = jobLabel({ view: 'dense', dose: 1000 });
console.log(
  JSON.stringify({
    epochs: config.nepochs,
    functions,
    mse: mse(image(1, 2), image(1, 4)),
    label,
    iterative: Object.keys(iterative).length > 0,
  }),
);
