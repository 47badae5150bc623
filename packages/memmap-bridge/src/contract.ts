import type { NpyTypeName } from './npy/dtype.js';

/** One array of a scan file, as the data contract (DATA-001) describes it. */
export interface ContractArray {
  readonly key: string;
  /** Names of the same array in older files. */
  readonly aliases: readonly string[];
  /** In words: `(n, N, N)`, n frames of N x N pixels. */
  readonly shape: string;
  /** The type that is written. */
  readonly type: NpyTypeName;
  /** Types that are read; others than `type` are converted. */
  readonly reads: readonly NpyTypeName[];
  readonly required: boolean;
  readonly meaning: string;
}

const REAL: readonly NpyTypeName[] = ['float64', 'float32', 'float16'];
const INTEGER: readonly NpyTypeName[] = ['int32', 'int64', 'int16', 'int8', 'uint8', 'uint16', 'uint32', 'uint64'];
const COMPLEX: readonly NpyTypeName[] = ['complex64', 'complex128'];

const position = (key: string, required: boolean, meaning: string): ContractArray => ({
  key,
  aliases: [],
  shape: '(n,)',
  type: 'float64',
  reads: [...REAL, ...INTEGER],
  required,
  meaning,
});

/** The arrays of a scan file (DATA-001): what is read, what is written, and the words for both. */
export const DATASET_CONTRACT = {
  diffraction: {
    key: 'diffraction',
    aliases: ['diff3d'],
    shape: '(n, N, N)',
    type: 'float32',
    reads: REAL,
    required: true,
    meaning: 'far-field amplitude, sqrt(counts), zero frequency at the centre',
  },
  xcoords: position('xcoords', true, 'horizontal scan position of each frame in object pixels'),
  ycoords: position('ycoords', true, 'vertical scan position of each frame in object pixels'),
  probeGuess: {
    key: 'probeGuess',
    aliases: [],
    shape: '(N, N), (modes, N, N) or (N, N, 1)',
    type: 'complex64',
    reads: COMPLEX,
    required: true,
    meaning: 'probe estimate',
  },
  objectGuess: {
    key: 'objectGuess',
    aliases: [],
    shape: '(H, W)',
    type: 'complex64',
    reads: COMPLEX,
    required: false,
    meaning: 'full object: the truth, or a reconstruction',
  },
  scan_index: {
    key: 'scan_index',
    aliases: [],
    shape: '(n,)',
    type: 'int32',
    reads: INTEGER,
    required: false,
    meaning: 'scan the frame belongs to',
  },
  xcoords_start: position('xcoords_start', false, 'nominal horizontal position'),
  ycoords_start: position('ycoords_start', false, 'nominal vertical position'),
  Y: {
    key: 'Y',
    aliases: [],
    shape: '(n, N, N)',
    type: 'complex64',
    reads: COMPLEX,
    required: false,
    meaning: 'truth patch of each frame',
  },
  _metadata: {
    key: '_metadata',
    aliases: [],
    shape: '()',
    type: 'str',
    reads: ['str', 'bytes'],
    required: false,
    meaning: 'provenance as JSON',
  },
  nphotons: {
    key: 'nphotons',
    aliases: [],
    shape: '()',
    type: 'float64',
    reads: [...REAL, ...INTEGER],
    required: false,
    meaning: 'mean counts per frame, in files without _metadata',
  },
  frames_first: {
    key: 'frames_first',
    aliases: [],
    shape: '()',
    type: 'int32',
    reads: INTEGER,
    required: false,
    meaning: 'there where n = N: the first axis of diffraction counts the frames',
  },
} as const satisfies Record<string, ContractArray>;

/** Key of an array of the contract. */
export type ContractKey = keyof typeof DATASET_CONTRACT;

/** All arrays of the contract, in the order they are written. */
export const contractArrays: readonly ContractArray[] = Object.values(DATASET_CONTRACT);
