/** Flags whose name is not simply that of the field. */
const RENAMED: Readonly<Record<string, string>> = {
  nepochs: 'max-epochs',
  epochs: 'max-epochs',
  schedule: 'scheduler',
  testDataFile: 'test-data',
};

/** The flag of a field: `model.nFiltersScale` is `n-filters-scale`. */
export function flagOf(path: string): string {
  const name = path.split('.').at(-1) as string;
  return RENAMED[path] ?? name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}
