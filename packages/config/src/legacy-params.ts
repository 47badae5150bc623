import { ConfigOrderError } from './errors.js';
import type { FlatKey, FlatParams } from './flat-params.js';
import { toFlatParams } from './legacy-keys.js';
import type { TrainingConfig } from './training-config.js';

/**
 * The flat parameter dictionary, filled from a typed configuration before data is grouped or a model is built (CONFIG-001).
 *
 * One instance belongs to one run. Bridging the same configuration object again changes nothing; bridging another one is refused
 * until {@link LegacyParams.reset}, because parts of the run may already stand on the first.
 */
export class LegacyParams {
  #config: TrainingConfig | undefined;
  #flat: FlatParams | undefined;

  /** The configuration object that was bridged. */
  get bridgedFrom(): TrainingConfig | undefined {
    return this.#config;
  }

  /**
   * Fills the dictionary.
   *
   * @throws ConfigOrderError when another configuration object is bridged already
   */
  bridge(config: TrainingConfig): void {
    if (this.#config === config) return;
    if (this.#config !== undefined) {
      throw new ConfigOrderError('The flat parameters were already bridged from another configuration', {
        where: 'LegacyParams.bridge (CONFIG-001)',
        fix: 'use a new LegacyParams for each run (a child container gives one), or call reset() first',
      });
    }
    this.#flat = toFlatParams(config);
    this.#config = config;
  }

  /** Empties the dictionary, so that another configuration can be bridged. */
  reset(): void {
    this.#config = undefined;
    this.#flat = undefined;
  }

  /**
   * The value of one key.
   *
   * @throws ConfigOrderError before {@link LegacyParams.bridge}
   */
  get<K extends FlatKey>(key: K): FlatParams[K] {
    const flat = this.#filled(`reading '${key}'`);
    if (!Object.hasOwn(flat, key)) throw new RangeError(`expected a key of the flat parameters, got '${key}'`);
    return flat[key];
  }

  /**
   * Stores the scale from amplitude to sqrt(counts), which the trainer derives from the training split (NORMALIZATION-001).
   *
   * @throws ConfigOrderError before {@link LegacyParams.bridge}
   */
  setIntensityScale(scale: number): void {
    const flat = this.#filled('setting the intensity scale');
    if (!(scale > 0 && Number.isFinite(scale))) throw new RangeError(`expected a positive intensity scale, got ${scale}`);
    this.#flat = { ...flat, intensity_scale: scale };
  }

  /**
   * A copy of the dictionary, as it stands in `params.json`.
   *
   * @throws ConfigOrderError before {@link LegacyParams.bridge}
   */
  toRecord(): FlatParams {
    return { ...this.#filled('reading all parameters') };
  }

  /**
   * Checks that this very configuration object was bridged.
   *
   * @param action what is about to be done, for the message: `"grouping the scan"`
   * @throws ConfigOrderError
   */
  assertBridged(config: TrainingConfig, action: string): void {
    this.#filled(action);
    if (this.#config === config) return;
    throw new ConfigOrderError(`The flat parameters were bridged from another configuration than the one used for ${action}`, {
      where: 'CONFIG-001',
      fix: 'pass the configuration object that was bridged, or use a new LegacyParams and bridge this one',
    });
  }

  #filled(action: string): FlatParams {
    if (this.#flat !== undefined) return this.#flat;
    throw new ConfigOrderError(`The flat parameters are empty; they must be bridged before ${action}`, {
      where: 'CONFIG-001',
      fix: 'call params.bridge(config) with the training configuration first',
    });
  }
}
