import { html, type Markup } from './markup.js';

/** Numbered reasons below a table, each said once. */
export class Notes {
  readonly #prefix: string;
  readonly #notes: string[] = [];

  /** @param prefix of the anchors, unique in the page */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** A link to the note of a text. */
  mark(text: string): Markup {
    const known = this.#notes.indexOf(text);
    const index = known < 0 ? this.#notes.push(text) : known + 1;
    return html`<sup><a href="#${this.#prefix}-${index}" title="${text}">${index}</a></sup>`;
  }

  list(): Markup {
    if (this.#notes.length === 0) return html``;
    return html`<ol class="notes">${this.#notes.map((text, i) => html`<li id="${this.#prefix}-${i + 1}">${text}</li>`)}</ol>`;
  }
}
