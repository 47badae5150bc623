import * as z from 'zod';
import type { DeepReadonly } from './deep-readonly.js';
import { field, type Rule, renamed, requiredField, withRules } from './field.js';
import { lazyShape } from './lazy-shape.js';

const count = z.int().min(1);
const fraction = z.number().gt(0).lt(1);

const viewSchema = z.strictObject(
  lazyShape(() => ({
    name: requiredField(z.string().regex(/^[a-z0-9][a-z0-9_-]*$/), { doc: 'Name of the view; it becomes a directory.' }),
    gridsize: field(z.int().min(1).max(4), { default: 1, doc: 'Frames per group along one edge.' }),
    groupLayout: field(z.enum(['neighbours', 'blocks']), {
      default: 'neighbours',
      doc: 'Which images make a group: any of the nearest ones, or blocks of scan points that lie beside and below each other.',
    }),
    overlap: field(z.number().min(0).lt(1).nullable(), {
      default: null,
      doc: 'Nominal overlap: positions are kept at least (1 - overlap) * N apart; null keeps all.',
    }),
    sImg: field(count.nullable(), { default: null, unit: 'images', doc: 'Images drawn from the selection; null uses all.' }),
    nGroups: field(count.nullable(), { default: null, unit: 'groups', doc: 'Groups made of them; null makes one per image.' }),
  })),
);

const seedsSchema = z.strictObject(
  lazyShape(() => ({
    simulation: field(z.int(), { default: 42, doc: 'Seed of the photon noise.' }),
    grouping: field(z.int(), { default: 123, doc: 'Seed of grouping.' }),
    subsampling: field(z.int(), { default: 456, doc: 'Seed of view selection and of the image draw.' }),
  })),
);

const fieldsOfAnother = z.record(z.string().min(1), z.unknown());

const designFields = z.strictObject(
  lazyShape(() => ({
    doses: field(z.array(z.number().positive()).min(1), {
      default: [1e3, 1e4, 1e5],
      unit: 'photons per frame',
      doc: 'Mean doses of the sweep.',
    }),
    views: field(z.array(viewSchema).min(1), {
      default: [
        { name: 'baseline', gridsize: 1, groupLayout: 'neighbours', overlap: null, sImg: null, nGroups: null },
        { name: 'dense', gridsize: 2, groupLayout: 'neighbours', overlap: 0.7, sImg: null, nGroups: null },
        { name: 'sparse', gridsize: 2, groupLayout: 'neighbours', overlap: 0.2, sImg: null, nGroups: null },
      ],
      doc: 'Selections of the positions of each dose.',
    }),
    neighborCount: field(count, {
      default: 7,
      unit: 'images',
      doc: 'Nearest neighbours a group may draw from (K).',
      aliases: [renamed('neighbourCount')],
    }),
    splitAxis: field(z.enum(['x', 'y']), { default: 'y', doc: 'Scan coordinate along which train and test are separated.' }),
    trainFraction: field(fraction, { default: 0.5, doc: 'Where along that axis train ends and test begins.' }),
    seeds: seedsSchema.prefault({}),
    probeDiameterPx: field(z.number().positive().nullable(), {
      default: null,
      unit: 'px',
      doc: 'Diameter of the illumination in the overlap metrics; null measures the FWHM of the probe.',
    }),
    probeDiameterFallback: field(fraction, { default: 0.6, doc: 'Diameter as a fraction of N where the FWHM cannot be measured.' }),
    baseScan: field(fieldsOfAnother, {
      default: {},
      doc: 'Scan that is simulated as the base of the study when none is given: object, probe, scan, frames, step and the like.',
    }),
    training: field(fieldsOfAnother, {
      default: {},
      doc: 'Fields of the training configuration that differ from their defaults in every job, for example nepochs.',
    }),
    reconstruction: field(fieldsOfAnother, {
      default: {},
      doc: 'Fields of the iterative configuration that differ from their defaults in every reconstruction, for example epochs.',
    }),
    regionThreshold: field(fraction, { default: 0.1, doc: 'Illumination, as a fraction of its maximum, above which pixels are scored.' }),
  })),
);

type Fields = z.output<typeof designFields>;

const largest = ({ views }: Fields) => views.reduce((best, view) => (view.gridsize > best.gridsize ? view : best));
const repeated = (values: readonly (string | number)[]) => values.find((value, i) => values.indexOf(value) !== i);

const rules: readonly Rule<Fields>[] = [
  {
    needs: ['views', 'neighborCount'],
    holds: (design) => design.neighborCount >= largest(design).gridsize ** 2,
    issue: (design) => ({
      key: 'neighborCount',
      expected: `at least gridsize^2 = ${largest(design).gridsize ** 2} for view '${largest(design).name}' (OVERSAMPLING-001)`,
      got: String(design.neighborCount),
      fix: `set neighborCount to ${largest(design).gridsize ** 2} or more, or lower the gridsize of the view`,
    }),
  },
  {
    needs: ['views'],
    holds: ({ views }) => repeated(views.map(({ name }) => name)) === undefined,
    issue: ({ views }) => ({
      key: 'views',
      expected: 'a different name for each view',
      got: `'${repeated(views.map(({ name }) => name))}' more than once`,
      fix: 'rename one of them; each view is written to a directory of its name',
    }),
  },
  {
    needs: ['doses'],
    holds: ({ doses }) => repeated(doses) === undefined,
    issue: ({ doses }) => ({
      key: 'doses',
      expected: 'different doses',
      got: `${repeated(doses)} more than once`,
      fix: 'remove the repetition',
    }),
  },
];

/** The dose and overlap study; the defaults are the canonical design of 9 training jobs. */
export const studyDesignSchema = withRules(designFields, rules);

/** A validated, frozen study design. */
export type StudyDesign = DeepReadonly<Fields>;

/** One view of a {@link StudyDesign}. */
export type StudyView = StudyDesign['views'][number];
