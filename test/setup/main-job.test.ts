import { describe, expect, it } from 'vitest';
import { loadScript } from './setup-scripts.js';

const { whatIsWrongWithNode } = await loadScript<{ whatIsWrongWithNode(version?: string): string | undefined }>('main-job.mjs');

describe('whatIsWrongWithNode', () => {
  it.each(['20.19.0', '20.20.2', '22.12.0', '22.23.3', '23.0.0', '24.0.0', '26.1.0', process.versions.node])('accepts %s', (version) => {
    expect(whatIsWrongWithNode(version)).toBeUndefined();
  });

  it.each(['18.20.0', '20.18.9', '21.7.0', '22.11.0'])('refuses %s and says what is needed', (version) => {
    expect(whatIsWrongWithNode(version)).toBe(`Node 20.19 or newer, 22.12 or newer, or 24 is needed; this is ${version}`);
  });
});
