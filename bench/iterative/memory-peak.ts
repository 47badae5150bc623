// Reconstructs a scan for a few epochs in a process of its own and prints its largest resident size in MB.
import { openDataset } from '@ptychokit/memmap-bridge';
import { loadEngine } from '@ptychokit/trainer';
import { runSolve } from './run-solve.js';

await loadEngine({ threads: 2 });
await using raw = await openDataset(process.argv[2] as string);
await runSolve(raw, { epochs: 3 });
process.stdout.write(`${process.resourceUsage().maxRSS / 1024}\n`);
