// Opening scans
export {
  type BridgeFactory,
  createMemmapBridgeFactory,
  type DatasetBridge,
  type MemmapBridgeOptions,
  MemmapDatasetBridge,
  memmapBridgeFactory,
} from './bridge.js';
// The data contract (DATA-001)
export { checkDataset } from './check-dataset.js';
export { type ContractArray, type ContractKey, contractArrays, DATASET_CONTRACT } from './contract.js';
export type { ExamineOptions } from './dataset/examine.js';
export { type DatasetFields, DatasetWriter, type WriteDatasetOptions, writeDataset } from './dataset-writer.js';
// Parts of the detector
export { binDetector } from './detector/bin.js';
export { cropDetector } from './detector/crop.js';
// Errors
export {
  DataFileError,
  DatasetContractError,
  FrameCacheError,
  FrameSizeError,
  FrameValueError,
  GroupingError,
  Hdf5Error,
  MemberMissingError,
  MissingHintsError,
  NpyFormatError,
  PickledArrayError,
  SourceClosedError,
  UnsupportedFormatError,
  ZipFormatError,
} from './errors.js';
// What a file may not say
export type { ScanHints } from './foreign/hints.js';
// Frames
export type { FrameSource, PatchSource } from './frame-source.js';
// Groups (OVERSAMPLING-001)
export type { FamilyDict, FamilyDictOptions } from './grouping/family-dict.js';
export { GroupedData } from './grouping/grouped-data.js';
export { countGroups, groupFrames, groupsFromMembers } from './grouping/groups.js';
export { type Neighbours, nearestNeighbours, type ScanPositions } from './grouping/neighbours.js';
export { type GroupingOptions, groupingOptions } from './grouping/options.js';
export { inMemoryBridge, inMemoryBridgeFactory } from './in-memory-bridge.js';
export { InMemoryFrameSource } from './in-memory-frame-source.js';
export { type DatasetInspection, type InspectOptions, inspectDataset, type ScanDescription } from './inspect-dataset.js';
// NPY and NPZ
export { toComplex64, toFloat32, toFloat64, toInt32 } from './npy/convert.js';
export type { NpyDtype, NpyTypeName } from './npy/dtype.js';
export { type NpyHeader, parseNpyHeader } from './npy/header.js';
export { type NpyArray, type NpyData, readNpy } from './npy/read.js';
export { type NpyValue, writeNpy } from './npy/write.js';
export { NpzFile } from './npz/read.js';
export { type NpzWriteOptions, NpzWriter, type StreamedArray, writeNpz } from './npz/write.js';
export { type OpenScanOptions, openScan, openScan as openDataset } from './open-scan.js';
export { extractPatches, type PatchPositions } from './patches.js';
export { type PrepareOptions, prepareDataset } from './prepare-dataset.js';
// ptychodus products
export type {
  ProductObject,
  ProductPositions,
  ProductProbe,
  ProductRawData,
  PtychodusProduct,
} from './ptychodus/product.js';
export { productPositionsPx } from './ptychodus/product.js';
export { readPtychodusProduct } from './ptychodus/read-product.js';
export { type ProductFacts, productOfScan, type ScanReconstruction } from './ptychodus/scan-product.js';
export { type WriteProductOptions, writePtychodusProduct } from './ptychodus/write-product.js';
export { RawData, type RawDataArrays, type RawDataFields } from './raw-data.js';
export { type ReadAheadOptions, type ReadAheadTasks, readAhead } from './read-ahead.js';
export { readProbeFile } from './read-probe-file.js';
export { registerMemmapBridge } from './register.js';
export type { ScanOrigin } from './scan-origin.js';
// The cache of inflated frames
export { type CachedFrames, type CacheFolderOptions, clearFrameCache, listFrameCache } from './stack/cache-contents.js';
export { SubsetFrameSource } from './subset-source.js';
export { BRIDGE_FACTORY } from './tokens.js';
