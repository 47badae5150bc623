// One picture of the whole study: every dose, view and method, all on one scale.

/** @param {HTMLElement} root */
async function drawOverview(root) {
  const split = chosenValue(root, 'split');
  const kind = chosenValue(root, 'kind');
  for (const matrix of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll('[data-matrix]'))) {
    matrix.hidden = matrix.dataset.matrix !== split;
    if (matrix.hidden) continue;
    const scale = scaleOf(kind, JSON.parse(matrix.dataset.scales ?? '{}')[kind], phaseMode());
    for (const bar of matrix.querySelectorAll('.bar')) paintBar(bar, scale);
    for (const canvas of /** @type {NodeListOf<HTMLCanvasElement>} */ (matrix.querySelectorAll('canvas[data-cell]'))) {
      const cell = await cellOf(canvas.dataset.cell ?? '');
      const values = cell === null ? undefined : await planeOf(cell, canvas.dataset.name ?? '', kind);
      if (values !== undefined) paint(canvas, values, scale);
    }
  }
  root.dataset.drawn = `${split} ${kind}`;
}

/**
 * @param {HTMLElement} root
 * @param {string} name
 */
function chosenValue(root, name) {
  const chosen = /** @type {HTMLInputElement | null} */ (root.querySelector(`input[name="overview-${name}"]:checked`));
  return chosen?.value ?? '';
}
