import * as bridge from '@ptychokit/memmap-bridge';
import * as hdf5 from '@ptychokit/memmap-bridge/hdf5';
import { describe, expect, it } from 'vitest';

describe('the public surface', () => {
  it('of @ptychokit/memmap-bridge changes only on purpose', () => {
    expect(Object.keys(bridge).sort()).toMatchInlineSnapshot(`
      [
        "BRIDGE_FACTORY",
        "DATASET_CONTRACT",
        "DataFileError",
        "DatasetContractError",
        "DatasetWriter",
        "FrameCacheError",
        "FrameSizeError",
        "FrameValueError",
        "GroupedData",
        "GroupingError",
        "Hdf5Error",
        "InMemoryFrameSource",
        "MemberMissingError",
        "MemmapDatasetBridge",
        "MissingHintsError",
        "NpyFormatError",
        "NpzFile",
        "NpzWriter",
        "PickledArrayError",
        "RawData",
        "SourceClosedError",
        "SubsetFrameSource",
        "UnsupportedFormatError",
        "ZipFormatError",
        "binDetector",
        "checkDataset",
        "clearFrameCache",
        "contractArrays",
        "countGroups",
        "createMemmapBridgeFactory",
        "cropDetector",
        "extractPatches",
        "groupFrames",
        "groupingOptions",
        "groupsFromMembers",
        "inMemoryBridge",
        "inMemoryBridgeFactory",
        "inspectDataset",
        "listFrameCache",
        "memmapBridgeFactory",
        "nearestNeighbours",
        "openDataset",
        "openScan",
        "parseNpyHeader",
        "prepareDataset",
        "productOfScan",
        "productPositionsPx",
        "readAhead",
        "readNpy",
        "readProbeFile",
        "readPtychodusProduct",
        "registerMemmapBridge",
        "toComplex64",
        "toFloat32",
        "toFloat64",
        "toInt32",
        "writeDataset",
        "writeNpy",
        "writeNpz",
        "writePtychodusProduct",
      ]
    `);
  });

  it('of @ptychokit/memmap-bridge/hdf5 changes only on purpose', () => {
    expect(Object.keys(hdf5).sort()).toMatchInlineSnapshot(`
      [
        "Hdf5File",
        "Hdf5Writer",
        "createHdf5",
        "hdf5Bytes",
        "isHdf5Dataset",
        "readHdf5",
        "writeHdf5",
      ]
    `);
  });
});
