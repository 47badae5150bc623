// Tries a range of damaged files with one opener in a process of its own: step.ts <opener> <seed> <first> <count> <folder>.
// Says on standard output which input is tried, so that a crash or a hang can be traced, and what became of all of them.
import { writeSync } from 'node:fs';
import fc from 'fast-check';
import { FuzzTrial } from './fuzz-opener.js';
import { applyDamage, damageOf } from './mutation.js';
import { FUZZ_OPENERS } from './openers.js';

const [name, seed, first, count, folder] = process.argv.slice(2);
const opener = FUZZ_OPENERS.find((candidate) => candidate.name === name);
if (opener === undefined || folder === undefined) throw new RangeError(`expected one of the openers, got ${name}`);
const seeds = await opener.seeds();
const trial = new FuzzTrial(opener, folder);
await readSeeds('undamaged');
const undamaged = trial.counts.read;
const damages = fc.sample(damageOf(seeds.length), { seed: Number(seed) + Number(first), numRuns: Number(count) });
for (const [index, damage] of damages.entries()) {
  writeSync(1, `${Number(first) + index}\n`);
  await trial.try(applyDamage(seeds[damage.seed] as Uint8Array, damage.mutations));
}
const { read, refused } = trial.counts;
await readSeeds('after damaged files were opened');
writeSync(1, `${JSON.stringify({ read: read - undamaged, refused })}\n`);

async function readSeeds(when: string): Promise<void> {
  for (const [index, bytes] of seeds.entries())
    if ((await trial.try(bytes)) !== 'read') throw new Error(`seed ${index} of ${name} is refused ${when}`);
}
