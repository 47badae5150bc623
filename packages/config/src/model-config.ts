import * as z from 'zod';
import type { DeepReadonly } from './deep-readonly.js';
import { field } from './field.js';
import { lazyShape } from './lazy-shape.js';

const positive = z.number().positive();
const flag = z.boolean();

/** The network and its physics (PHYSICS: network, object modes, losses). */
export const modelConfigSchema = z.strictObject(
  lazyShape(() => ({
    N: field(z.literal([64, 128, 256]), { default: 64, unit: 'px', doc: 'Edge length of a diffraction frame and of an object patch.' }),
    gridsize: field(z.int().min(1).max(4), {
      default: 1,
      cli: true,
      doc: 'Frames per group along one edge; a group has gridsize^2 frames.',
    }),
    groupLayout: field(z.enum(['neighbours', 'blocks']), {
      default: 'neighbours',
      cli: true,
      doc: 'Which frames make a group: any of the nearest ones, or the gridsize x gridsize block of scan points that lie beside and below each other.',
    }),
    nFiltersScale: field(z.int().min(1), { default: 1, doc: 'Multiplies the number of filters of every layer.' }),
    modelType: field(z.enum(['pinn', 'supervised']), {
      default: 'pinn',
      cli: true,
      doc: 'Trains on the diffraction through the forward model (pinn) or on true patches (supervised).',
    }),
    objectMode: field(z.enum(['merged', 'single', 'independent']), {
      default: 'merged',
      cli: true,
      doc: 'How the patches of a group exchange information: merged into one object, one patch for the group, or not at all.',
      aliases: [{ name: 'objectBig', schema: flag, convert: (value) => (value === true ? 'merged' : 'single') }],
    }),
    mergeWeights: field(z.enum(['centre', 'probe']), {
      default: 'probe',
      doc: 'Weights of a merge: the central half of each patch, or the probe intensity.',
    }),
    ampActivation: field(z.enum(['scaled_sigmoid', 'sigmoid', 'silu', 'softplus']), {
      default: 'scaled_sigmoid',
      doc: 'Activation of the amplitude head.',
    }),
    ampMax: field(positive, {
      default: 3,
      doc: 'Largest amplitude of the scaled_sigmoid head, where 1 is the rms amplitude of the object.',
    }),
    inputCentring: field(flag, {
      default: true,
      doc: 'Takes the mean frame of the training scan from what the network sees, so that only what differs from frame to frame remains.',
    }),
    attention: field(z.enum(['none', 'cbam']), { default: 'none', doc: 'Attention block before each pooling layer.' }),
    probeBig: field(flag, { default: true, doc: 'Gives the rim of a patch its own low-resolution path instead of zeros.' }),
    probeMask: field(flag, { default: false, doc: 'Restricts a trainable probe to a disc of radius N/4.' }),
    padObject: field(flag, {
      default: true,
      doc: 'Restricts the sharp path of the decoder to the central half of a patch; without it that path makes the whole patch and there is no rim path.',
    }),
    probeScale: field(positive, { default: 1, doc: 'Divides the normalised probe; 1 keeps the normalisation of the training split.' }),
    gaussianSmoothingSigma: field(z.number().min(0), {
      default: 0,
      unit: 'px',
      doc: 'Width of the smoothing of a trainable probe; 0 for none.',
    }),
    probeTrainable: field(flag, { default: false, doc: 'Trains the probe along with the network.' }),
    intensityScaleTrainable: field(flag, { default: false, doc: 'Trains the logarithm of the intensity scale along with the network.' }),
  })),
);

/** A validated, frozen model configuration. */
export type ModelConfig = DeepReadonly<z.output<typeof modelConfigSchema>>;
