import { formatIssues, type Issue, PtychoError, type PtychoErrorDetails } from '@ptychokit/config';

/** A file or folder could not be read or written: missing, no permission, full disk, cut short. */
export class DataFileError extends PtychoError {
  readonly code = 'DATA_FILE';
  readonly path: string;

  constructor(what: string, details: PtychoErrorDetails & { readonly path: string }) {
    super(what, { where: details.path, ...details });
    this.path = details.path;
  }
}

/** The bytes of an NPY array do not follow the format, or hold something this library does not read. */
export class NpyFormatError extends PtychoError {
  readonly code = 'NPY_FORMAT';
}

/** An array is pickled (dtype `O`): it is code, and is never executed. */
export class PickledArrayError extends PtychoError {
  readonly code = 'NPY_PICKLED';
}

/** The bytes of an archive do not follow the zip format, or a member is damaged. */
export class ZipFormatError extends PtychoError {
  readonly code = 'ZIP_FORMAT';
}

/** An archive has no member of that name. */
export class MemberMissingError extends PtychoError {
  readonly code = 'MEMBER_MISSING';
  readonly member: string;

  constructor(what: string, details: PtychoErrorDetails & { readonly member: string }) {
    super(what, details);
    this.member = details.member;
  }
}

/** A file is of a format this library does not open as a scan. */
export class UnsupportedFormatError extends PtychoError {
  readonly code = 'FORMAT_UNSUPPORTED';
  readonly format: string;

  constructor(what: string, details: PtychoErrorDetails & { readonly format: string }) {
    super(what, details);
    this.format = details.format;
  }
}

/** A data set does not obey the contract (DATA-001); `issues` lists everything that is wrong with it. */
export class DatasetContractError extends PtychoError {
  readonly code = 'DATA_CONTRACT';
  readonly path: string;
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[], details: PtychoErrorDetails & { readonly path: string }) {
    const count = issues.length === 1 ? '1 problem' : `${issues.length} problems`;
    super(`The data set has ${count}\n${formatIssues(issues)}`, { where: details.path, ...details });
    this.path = details.path;
    this.issues = issues;
  }
}

/** A frame holds values that no amplitude can have (NaN, infinite or negative pixels). */
export class FrameValueError extends PtychoError {
  readonly code = 'FRAME_VALUES';
  readonly path: string;
  readonly frameIndex: number;
  readonly badPixels: number;

  constructor(
    what: string,
    details: PtychoErrorDetails & { readonly path: string; readonly frameIndex: number; readonly badPixels: number },
  ) {
    super(what, { where: `${details.path}, frame ${details.frameIndex}`, ...details });
    this.path = details.path;
    this.frameIndex = details.frameIndex;
    this.badPixels = details.badPixels;
  }
}

/** The groups that were asked for do not exist in these positions (OVERSAMPLING-001). */
export class GroupingError extends PtychoError {
  readonly code = 'GROUPING';
}

/** The cache of inflated frames could not be written. */
export class FrameCacheError extends PtychoError {
  readonly code = 'FRAME_CACHE';
  readonly folder: string;

  constructor(what: string, details: PtychoErrorDetails & { readonly folder: string }) {
    super(what, { where: details.folder, ...details });
    this.folder = details.folder;
  }
}

/** A frame source or bridge was used after it was closed. */
export class SourceClosedError extends PtychoError {
  readonly code = 'SOURCE_CLOSED';
}

/** An HDF5 file could not be read or written. */
export class Hdf5Error extends PtychoError {
  readonly code = 'HDF5';
}

/** A scan file does not say what positions in metres need, and nobody else did. */
export class MissingHintsError extends PtychoError {
  readonly code = 'HINTS_MISSING';
  /** Names of the hints: `energy_eV`, `distance_m`, `detectorPixel_m`. */
  readonly missing: readonly string[];

  constructor(what: string, details: PtychoErrorDetails & { readonly missing: readonly string[] }) {
    super(what, details);
    this.missing = details.missing;
  }
}

/** Frames are of a size that needs cropping first, or cannot be cropped as asked. */
export class FrameSizeError extends PtychoError {
  readonly code = 'FRAME_SIZE';
  readonly size: readonly [height: number, width: number];

  constructor(what: string, details: PtychoErrorDetails & { readonly size: readonly [height: number, width: number] }) {
    super(what, details);
    this.size = details.size;
  }
}
