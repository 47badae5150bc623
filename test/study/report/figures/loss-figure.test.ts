import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { lossFigure, lossSpec } from '../../../../packages/study/src/report/figures/loss-figure.js';

const history = (losses: readonly number[], validation = true) =>
  losses.map((loss, i) => ({ epoch: i + 1, trainLoss: loss, valLoss: validation ? loss + 0.1 : null }));

describe('lossFigure', () => {
  it('draws both curves and marks the epoch that was kept', async () => {
    const { svg, png } = await lossFigure(history([3, 2, 2.5]), { bestEpoch: 2, title: 'Loss of scan 7' });
    for (const text of ['Loss of scan 7', 'training', 'validation', 'kept: epoch 2, 2.1000', 'epoch']) expect(svg).toContain(text);
    expect(decode(png).width).toBeGreaterThan(800);
  });

  it('leaves the validation curve out when there is none', async () => {
    const { svg } = await lossFigure(history([3, 2], false), {});
    expect(svg).not.toContain('validation');
  });

  it('draws a single epoch', async () => {
    expect((await lossFigure(history([3]), { bestEpoch: 1 })).svg).toContain('kept: epoch 1');
  });

  it.each([
    ['logarithmic when positive losses span more than a decade', [100, 10, 1], 'log'],
    ['linear within a decade', [3, 2, 1], 'linear'],
    ['linear when a loss is negative', [100, 1, -5], 'linear'],
  ])('is %s', (_, losses, type) => {
    expect(lossSpec(history(losses), {}).scales?.[1]?.type).toBe(type);
  });

  it('skips an epoch whose loss is no number', async () => {
    const { svg } = await lossFigure(history([3, Number.NaN, 1], false), {});
    expect(svg).not.toContain('NaN');
  });

  it('refuses an empty history', () => {
    expect(() => lossFigure([])).toThrow('expected at least one epoch, got none');
  });
});
