export { type ComplexArray, complexAbs, complexPhase, complexZeros } from './complex-array.js';
export { ConfigError, ConfigOrderError, formatIssues, type Issue, isPtychoError, PtychoError, type PtychoErrorDetails } from './errors.js';
export { Random, type RandomState } from './random.js';
export { token } from './token.js';
