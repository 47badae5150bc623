// What happens when the page is opened; the pieces come before this file.

const viewers = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.viewer'))].map((root) => new Viewer(root));
const overview = document.getElementById('overview');

for (const table of /** @type {NodeListOf<HTMLTableElement>} */ (document.querySelectorAll('table.sortable'))) makeSortable(table);
for (const filters of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.filters'))) makeFilters(filters);

// Images are decoded when they come near the window.
const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) viewers.find(({ root }) => root === target)?.start();
  },
  { rootMargin: '600px' },
);
for (const { root } of viewers) near.observe(root);

// The rest follows when nothing else is to be done, so that a page that is printed is whole.
async function startAll() {
  for (const viewer of viewers) {
    await new Promise((next) => setTimeout(next, 50));
    await viewer.start();
  }
  document.documentElement.dataset.drawn = 'yes';
}

async function startPage() {
  if (overview !== null) {
    for (const input of overview.querySelectorAll('input')) input.addEventListener('change', () => drawOverview(overview));
    await drawOverview(overview);
  }
  await startAll();
}
window.addEventListener('load', startPage);

for (const input of document.querySelectorAll('input[name="phase-colours"]')) {
  input.addEventListener('change', () => {
    for (const viewer of viewers) viewer.draw();
    if (overview !== null) drawOverview(overview);
  });
}

const folds = [...document.querySelectorAll('details')];
for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('button[data-open]'))) {
  button.addEventListener('click', () => {
    for (const fold of document.querySelectorAll('#cells details')) fold.toggleAttribute('open', button.dataset.open === 'all');
  });
}

function openTarget() {
  const target = location.hash === '' ? null : document.getElementById(decodeURIComponent(location.hash.slice(1)));
  target?.querySelector('details')?.setAttribute('open', '');
  if (target?.tagName === 'DETAILS') target.setAttribute('open', '');
}
window.addEventListener('hashchange', openTarget);
openTarget();

// Paper shows everything.
/** @type {Element[]} */
let folded = [];
window.addEventListener('beforeprint', () => {
  folded = folds.filter((fold) => !fold.hasAttribute('open'));
  for (const fold of folded) fold.setAttribute('open', '');
  for (const viewer of viewers) viewer.start();
});
window.addEventListener('afterprint', () => {
  for (const fold of folded) fold.removeAttribute('open');
});
for (const element of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('.scripted'))) element.hidden = false;
document.documentElement.dataset.ready = 'yes';
