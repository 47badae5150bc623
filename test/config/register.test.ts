import { CLOCK, LEGACY_PARAMS, LegacyParams, registerConfig, systemClock, token } from '@ptychokit/config';
import { globalContainer } from '@ptychokit/config/di';
import { expect, test } from 'vitest';

const fresh = () => {
  const container = globalContainer.createChildContainer();
  registerConfig(container);
  return container;
};

test('Each child container has flat parameters of its own, one instance per child', () => {
  const parent = fresh();
  const [a, b] = [parent.createChildContainer(), parent.createChildContainer()];
  expect(a.resolve(LEGACY_PARAMS)).toBeInstanceOf(LegacyParams);
  expect(a.resolve(LEGACY_PARAMS)).toBe(a.resolve(LEGACY_PARAMS));
  expect(a.resolve(LEGACY_PARAMS)).not.toBe(b.resolve(LEGACY_PARAMS));
  expect(parent.resolve(LEGACY_PARAMS)).not.toBe(a.resolve(LEGACY_PARAMS));
});

test('A clock can be replaced in one container without another one noticing', () => {
  const [a, b] = [fresh(), fresh()];
  a.register(CLOCK, { useValue: { now: () => new Date(0) } });
  expect(a.resolve(CLOCK).now().getTime()).toBe(0);
  expect(b.resolve(CLOCK)).toBe(systemClock);
  expect(Math.abs(systemClock.now().getTime() - Date.now())).toBeLessThan(10_000);
});

test('A token prints its description', () => {
  expect(String(token<number>('study.Answer'))).toBe('Symbol(study.Answer)');
  expect(String(LEGACY_PARAMS)).toBe('Symbol(config.LegacyParams)');
});
