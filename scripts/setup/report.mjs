/** Progress of the set-up on stderr: what it does and how long that took; with `verbose` also what the programs it runs print. */
export function createReport({ stream = process.stderr, verbose = false } = {}) {
  const line = (text) => stream.write(`setup: ${text}\n`);
  return {
    verbose,
    note: line,
    async timed(label, work) {
      line(`${label} ...`);
      const begun = performance.now();
      const result = await work();
      line(`${label}: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
      return result;
    },
  };
}
