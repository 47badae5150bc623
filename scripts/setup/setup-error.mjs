/** Set-up could not finish: what failed, what was tried, what is missing and the command that mends it. */
export class SetupError extends Error {
  constructor(what, { tried = [], missing = [], fix, output } = {}) {
    const lines = [what];
    for (const attempt of tried) lines.push(`  tried: ${attempt}`);
    if (missing.length > 0) lines.push(`  missing: ${missing.join(', ')}`);
    if (fix !== undefined) lines.push(`  fix: ${fix}`);
    super(lines.join('\n'));
    this.name = 'SetupError';
    this.tried = tried;
    this.missing = missing;
    this.fix = fix;
    this.output = output;
  }
}

/** One way to get the engine did not work; the next one may. */
export class WayFailed extends Error {
  constructor(reason, { missing = [], packages = [], output } = {}) {
    super(reason);
    this.name = 'WayFailed';
    this.missing = missing;
    this.packages = packages;
    this.output = output;
  }
}

/** The person pressed Ctrl-C, or the process was asked to stop. */
export class Interrupted extends Error {
  constructor(signal) {
    super(`stopped by ${signal}`);
    this.name = 'Interrupted';
    this.signal = signal;
  }
}
