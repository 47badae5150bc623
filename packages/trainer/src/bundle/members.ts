/** Members of a model archive, `wts.h5.zip`. */
export const MEMBERS = {
  manifest: 'manifest.json',
  params: 'params.json',
  config: 'config.json',
  scales: 'scales.json',
  autoencoder: 'autoencoder/weights.h5',
  network: 'diffraction_to_obj/weights.h5',
  probe: 'probe.npy',
} as const;

/** The file name that programs of the family look for. */
export const BUNDLE_NAME = 'wts.h5.zip';

/** Version of the layout; a reader refuses others. */
export const BUNDLE_VERSION = '1.0';

/** `manifest.json`. */
export interface BundleManifest {
  readonly models: readonly string[];
  readonly version: string;
  readonly backend: 'tfjs';
  readonly created_by: string;
  /** SHA256 of every other member, lower-case hexadecimal. */
  readonly members: Readonly<Record<string, string>>;
}
