/** Name and version of this package, as archives and records state it. */
export const VERSION = '0.1.0';
export const CREATED_BY = `ptychokit ${VERSION}`;
