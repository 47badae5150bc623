import type { ModelConfig } from './model-config.js';

/** The flat parameter dictionary of the PtychoPINN family: its keys and the types of their values. */
export interface FlatParams {
  readonly N: number;
  readonly gridsize: number;
  readonly n_filters_scale: number;
  readonly model_type: ModelConfig['modelType'];
  readonly amp_activation: ModelConfig['ampActivation'];
  readonly 'object.big': boolean;
  readonly 'probe.big': boolean;
  readonly 'probe.mask': boolean;
  readonly pad_object: boolean;
  readonly probe_scale: number;
  readonly gaussian_smoothing_sigma: number;
  readonly train_data_file_path: string;
  readonly test_data_file_path: string | null;
  readonly model_path: string | null;
  readonly batch_size: number;
  readonly nepochs: number;
  readonly mae_weight: number | null;
  readonly nll_weight: number | null;
  readonly realspace_mae_weight: number;
  readonly realspace_weight: number;
  readonly nphotons: number | null;
  readonly n_groups: number | null;
  /** Deprecated twin of `n_groups`. */
  readonly n_images: number | null;
  readonly n_subsample: number | null;
  readonly subsample_seed: number | null;
  readonly neighbor_count: number;
  readonly 'positions.provided': boolean;
  readonly 'probe.trainable': boolean;
  readonly 'intensity_scale.trainable': boolean;
  /** Derived from the training split by the trainer; null before. */
  readonly intensity_scale: number | null;
  readonly output_prefix: string;
  readonly sequential_sampling: boolean;
  readonly debug: boolean;
}

/** A key of the flat dictionary. */
export type FlatKey = keyof FlatParams;

/** Keys that no single field of the configuration fills. */
export type DerivedFlatKey = 'n_images' | 'model_path' | 'intensity_scale';
