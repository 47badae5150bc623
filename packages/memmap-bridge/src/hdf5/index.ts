export { createHdf5, type Hdf5Builder } from './create.js';
export { type Hdf5Box, type Hdf5DatasetInfo, Hdf5File, type Hdf5Rows, type Hdf5Storage } from './reader.js';
export { type Hdf5Dataset, type Hdf5Group, hdf5Bytes, isHdf5Dataset, readHdf5, writeHdf5 } from './tree.js';
export type { Hdf5ArrayAttribute, Hdf5Attribute } from './values.js';
export { type Hdf5RowsDataset, Hdf5Writer } from './writer.js';
