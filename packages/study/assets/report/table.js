// Tables sort by a column, and show the rows that were asked for.

/** @param {HTMLTableElement} table */
function makeSortable(table) {
  const buttons = /** @type {HTMLElement[]} */ ([...table.querySelectorAll('thead button')]);
  for (const [column, button] of buttons.entries()) {
    button.addEventListener('click', () => {
      const head = /** @type {HTMLElement} */ (button.closest('th'));
      const order = head.getAttribute('aria-sort') === 'ascending' ? 'descending' : 'ascending';
      for (const other of table.querySelectorAll('thead th')) other.setAttribute('aria-sort', 'none');
      head.setAttribute('aria-sort', order);
      sortRows(table, column, order === 'ascending' ? 1 : -1);
    });
  }
}

/**
 * What has no value comes last, in either order.
 * @param {HTMLTableElement} table
 * @param {number} column
 * @param {number} sign
 */
function sortRows(table, column, sign) {
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({ row, key: keyOf(row, column) }));
  rows.sort((a, b) => {
    if (a.key === null || b.key === null) return Number(a.key === null) - Number(b.key === null);
    return sign * (typeof a.key === 'number' && typeof b.key === 'number' ? a.key - b.key : String(a.key).localeCompare(String(b.key)));
  });
  body.append(...rows.map(({ row }) => row));
}

/**
 * @param {HTMLTableRowElement} row
 * @param {number} column
 * @returns {number | string | null}
 */
function keyOf(row, column) {
  const cell = row.cells[column];
  if (cell === undefined || cell.colSpan > 1 || cell.classList.contains('none')) return null;
  const { value } = cell.dataset;
  if (value === '') return null;
  return value === undefined ? (cell.textContent ?? '') : Number(value);
}

/** @param {HTMLElement} filters */
function makeFilters(filters) {
  const table = document.getElementById(filters.dataset.for ?? '');
  const selects = [...filters.querySelectorAll('select')];
  const apply = () => {
    for (const row of /** @type {NodeListOf<HTMLTableRowElement>} */ (table?.querySelectorAll('tbody tr') ?? [])) {
      row.hidden = selects.some(({ value, dataset }) => value !== '' && row.dataset[dataset.filter ?? ''] !== value);
    }
  };
  for (const select of selects) select.addEventListener('change', apply);
  filters.hidden = false;
}
