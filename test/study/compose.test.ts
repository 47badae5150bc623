import { CLOCK } from '@ptychokit/config';
import { BRIDGE_FACTORY, type BridgeFactory, memmapBridgeFactory } from '@ptychokit/memmap-bridge';
import { createStudyContainer, runServices } from '@ptychokit/study';
import { describe, expect, it } from 'vitest';

const spy: BridgeFactory = () => {
  throw new Error('not to be called');
};
const clock = { now: () => new Date(0) };

describe('createStudyContainer', () => {
  it('gives the production services', () => {
    const container = createStudyContainer();
    expect(container.resolve(CLOCK).now()).toBeInstanceOf(Date);
    expect(container.resolve(BRIDGE_FACTORY)('scan.npz', {} as never)).toHaveProperty('rawData');
    expect(typeof memmapBridgeFactory).toBe('function');
  });

  it('replaces a service in one container and no other', () => {
    const replaced = createStudyContainer({ bridgeFactory: spy });
    const other = createStudyContainer();
    expect(replaced.resolve(BRIDGE_FACTORY)).toBe(spy);
    expect(other.resolve(BRIDGE_FACTORY)).not.toBe(spy);
  });
});

describe('runServices', () => {
  it('gives every run parameters of its own, also from one container', () => {
    const container = createStudyContainer();
    const [first, second] = [runServices({ container }), runServices({ container })];
    expect(first.params).not.toBe(second.params);
    expect(first.bridgeFactory).toBe(second.bridgeFactory);
  });

  it('takes services from the arguments, then from the container', () => {
    const container = createStudyContainer({ bridgeFactory: spy });
    container.register(CLOCK, { useValue: clock });
    expect(runServices({ container })).toMatchObject({ bridgeFactory: spy, clock });
    expect(runServices({ container, bridgeFactory: memmapBridgeFactory }).bridgeFactory).toBe(memmapBridgeFactory);
  });
});
