import type { InjectionToken } from 'tsyringe';

/**
 * A typed token for the container: `resolve(TOKEN)` is inferred as `T`, and registering a value of another type does not compile.
 *
 * @param description name shown in the container's errors, `"<package>.<Interface>"`
 */
export function token<T>(description: string): InjectionToken<T> {
  return Symbol(description);
}
