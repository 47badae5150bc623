import { ConfigError, PtychoError } from '@ptychokit/config';
import { describe, expect, it } from 'vitest';
import { formatError } from '../../../packages/study/src/cli/format-error.js';

class DiscFault extends PtychoError {
  readonly code = 'DISC';
}

const options = { paint: (_: string, text: string) => text, debug: false } as const;

describe('formatError', () => {
  it('prints a typed error as what, at, fix and without a stack', () => {
    const error = new DiscFault('The disk is full', { where: 'out/wts.h5.zip', fix: 'free some space' });
    expect(formatError(error, options)).toBe('error: The disk is full\n  at: out/wts.h5.zip\n  fix: free some space\n');
  });

  it('shows code, stack and causes on request', () => {
    const error = new DiscFault('The disk is full', { cause: new Error('write failed') });
    const text = formatError(error, { ...options, debug: true });
    expect(text).toContain('code: DISC');
    expect(text).toContain('format-error.test.ts');
    expect(text).toContain('caused by: Error: write failed');
  });

  it('prints any other error with its stack', () => {
    expect(formatError(new TypeError('x is undefined'), options)).toMatch(/^error: unexpected TypeError: x is undefined\n\s+at /);
  });

  it('names the flag of a configuration field', () => {
    const error = new ConfigError([{ key: 'batchSize', expected: 'integer of at least 1', got: '0', fix: 'correct it' }]);
    const flagOf = (field: string) => (field === 'batchSize' ? 'batch-size' : undefined);
    expect(formatError(error, { ...options, flagOf })).toContain('- batchSize (--batch-size): expected integer of at least 1, got 0');
  });

  it('copes with things thrown that are no errors', () => {
    expect(formatError('text', options)).toBe('error: unexpected text\n');
  });
});
