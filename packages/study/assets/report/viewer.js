// The images of one cell: one cursor and one zoom for all of them.

/** @typedef {{ zoom: number, x: number, y: number, cursor: { x: number, y: number } | null }} Look  centre as fractions, cursor in pixels */

const LARGEST_ZOOM = 32;

class Viewer {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    /** @type {Cell | null} */
    this.cell = null;
    /** @type {Look} */
    this.look = { zoom: 1, x: 0.5, y: 0.5, cursor: null };
    this.frames = /** @type {HTMLElement[]} */ ([...root.querySelectorAll('.frame')]);
    this.position = /** @type {HTMLElement | null} */ (root.querySelector('.position'));
    this.isStarted = false;
  }

  /** Decodes and draws; does nothing the second time. */
  async start() {
    if (this.isStarted) return;
    this.isStarted = true;
    this.cell = await cellOf(this.root.dataset.cell ?? '');
    if (this.cell === null) return;
    await this.draw();
    this.listen();
    this.root.dataset.drawn = 'yes';
  }

  async draw() {
    const { cell } = this;
    if (cell === null) return;
    for (const canvas of this.root.querySelectorAll('canvas')) {
      const { name, kind = '' } = canvas.dataset;
      const values = await planeOf(cell, name ?? '', kind);
      if (values !== undefined) paint(canvas, values, scaleOf(kind, cell.scales[kind], phaseMode()));
    }
    for (const bar of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll('.bar'))) {
      const { kind = '' } = bar.dataset;
      paintBar(bar, scaleOf(kind, cell.scales[kind], phaseMode()));
    }
  }

  listen() {
    const { root } = this;
    for (const frame of this.frames) {
      frame.addEventListener('pointermove', (event) => this.pointed(frame, event));
      frame.addEventListener('dblclick', (event) => this.zoomBy(event.shiftKey ? 0.5 : 2));
      frame.addEventListener('wheel', (event) => this.wheeled(event), { passive: false });
    }
    root.addEventListener('keydown', (event) => this.pressed(event));
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll('button[data-zoom]'))) {
      button.addEventListener('click', () => this.zoomBy(Number(button.dataset.zoom)));
    }
  }

  /**
   * @param {HTMLElement} frame
   * @param {PointerEvent} event
   */
  pointed(frame, event) {
    const [rows, columns] = this.size();
    const box = frame.getBoundingClientRect();
    const { look } = this;
    if (event.buttons === 1 && look.zoom > 1) {
      look.x -= event.movementX / box.width / look.zoom;
      look.y -= event.movementY / box.height / look.zoom;
      return this.show();
    }
    const x = Math.floor((((event.clientX - box.left) / box.width - 0.5) / look.zoom + look.x) * columns);
    const y = Math.floor((((event.clientY - box.top) / box.height - 0.5) / look.zoom + look.y) * rows);
    this.moveTo(x, y);
  }

  /** @param {WheelEvent} event */
  wheeled(event) {
    if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
    event.preventDefault();
    this.zoomBy(event.deltaY < 0 ? 1.25 : 0.8);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.target !== this.root || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.shiftKey ? 10 : 1;
    const [rows, columns] = this.size();
    const { x, y } = this.look.cursor ?? { x: columns >> 1, y: rows >> 1 };
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowLeft: () => this.moveTo(x - step, y, true),
      ArrowRight: () => this.moveTo(x + step, y, true),
      ArrowUp: () => this.moveTo(x, y - step, true),
      ArrowDown: () => this.moveTo(x, y + step, true),
      '+': () => this.zoomBy(2),
      '=': () => this.zoomBy(2),
      '-': () => this.zoomBy(0.5),
      0: () => this.zoomBy(0),
    };
    const action = keys[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  }

  /** @returns {[number, number]} */
  size() {
    return this.cell?.shape ?? [1, 1];
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {boolean} [follow] keeps the cursor in sight
   */
  moveTo(x, y, follow = false) {
    const [rows, columns] = this.size();
    const cursor = { x: Math.min(columns - 1, Math.max(0, x)), y: Math.min(rows - 1, Math.max(0, y)) };
    this.look.cursor = cursor;
    if (follow && this.look.zoom > 1) Object.assign(this.look, { x: (cursor.x + 0.5) / columns, y: (cursor.y + 0.5) / rows });
    this.show();
  }

  /** @param {number} factor 0 shows all; the cursor stays where it is seen */
  zoomBy(factor) {
    const { look } = this;
    const [rows, columns] = this.size();
    const before = look.zoom;
    look.zoom = factor === 0 ? 1 : Math.min(LARGEST_ZOOM, Math.max(1, before * factor));
    if (look.cursor !== null) {
      const [u, v] = [(look.cursor.x + 0.5) / columns, (look.cursor.y + 0.5) / rows];
      look.x = u + ((look.x - u) * before) / look.zoom;
      look.y = v + ((look.y - v) * before) / look.zoom;
    }
    this.show();
  }

  show() {
    const { look, cell } = this;
    if (cell === null) return;
    const half = 0.5 / look.zoom;
    look.x = Math.min(1 - half, Math.max(half, look.x));
    look.y = Math.min(1 - half, Math.max(half, look.y));
    for (const frame of this.frames) this.showFrame(frame);
    if (this.position !== null && look.cursor !== null) {
      const [x, y] = [cell.origin.x + look.cursor.x * cell.binning, cell.origin.y + look.cursor.y * cell.binning];
      this.position.textContent = `x ${x}, y ${y} px${look.zoom > 1 ? `, zoom ${Number(look.zoom.toFixed(1))}` : ''}`;
    }
  }

  /** @param {HTMLElement} frame */
  showFrame(frame) {
    const { look } = this;
    const [rows, columns] = this.size();
    const canvas = frame.querySelector('canvas');
    if (canvas === null) return;
    canvas.style.transform = `translate(${100 * (0.5 - look.x * look.zoom)}%, ${100 * (0.5 - look.y * look.zoom)}%) scale(${look.zoom})`;
    if (look.cursor === null) return;
    const place = [((look.cursor.x + 0.5) / columns - look.x) * look.zoom + 0.5, ((look.cursor.y + 0.5) / rows - look.y) * look.zoom + 0.5];
    const [across, down] = /** @type {NodeListOf<HTMLElement>} */ (frame.querySelectorAll('.cross'));
    across.hidden = place[1] < 0 || place[1] > 1;
    down.hidden = place[0] < 0 || place[0] > 1;
    across.style.top = `${100 * place[1]}%`;
    down.style.left = `${100 * place[0]}%`;
    const value = this.cell?.planes.get(`${canvas.dataset.name}:${canvas.dataset.kind}`)?.[look.cursor.y * columns + look.cursor.x];
    const output = frame.parentElement?.querySelector('.value');
    if (output && value !== undefined) output.textContent = Number.isNaN(value) ? 'not scored' : valueText(value);
  }
}

/** How the reader wants phases coloured. */
function phaseMode() {
  const chosen = /** @type {HTMLInputElement | null} */ (document.querySelector('input[name="phase-colours"]:checked'));
  return chosen?.value ?? 'automatic';
}
