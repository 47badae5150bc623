// tsyringe throws when it is imported before reflect-metadata: this module fixes the order for everybody.
import 'reflect-metadata';

export {
  container as globalContainer,
  type DependencyContainer,
  type InjectionToken,
  inject,
  injectable,
  instanceCachingFactory,
  Lifecycle,
} from 'tsyringe';
