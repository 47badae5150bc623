/** A value of Python's literal syntax; a tuple is marked, because NPY headers use it for shapes. */
export type PythonLiteral = string | number | boolean | null | PythonTuple | readonly PythonLiteral[] | ReadonlyMap<string, PythonLiteral>;

export interface PythonTuple {
  readonly tuple: readonly PythonLiteral[];
}

const MAX_DEPTH = 16;
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['True', true],
  ['False', false],
  ['None', null],
]);
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\\': '\\', "'": "'", '"': '"' };

/**
 * Parses the literals that NPY headers are written in: dictionaries with string keys, tuples, lists, strings, integers, True, False, None.
 * Integers may carry the `L` of Python 2.
 *
 * @throws SyntaxError text that is not one such literal
 */
export function parsePythonLiteral(text: string): PythonLiteral {
  const parser = new LiteralParser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

class LiteralParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): PythonLiteral {
    if (depth > MAX_DEPTH) throw this.#error('at most 16 levels of nesting');
    const next = this.#peek();
    if (next === '{') return this.#dictionary(depth);
    if (next === '(') return this.#tuple(depth);
    if (next === '[') return this.#items(depth, ']').values;
    if (next === "'" || next === '"') return this.#string();
    if (/[-+\d]/.test(next)) return this.#integer();
    return this.#word();
  }

  end(): void {
    if (this.#peek() !== '') throw this.#error('the end');
  }

  #dictionary(depth: number): ReadonlyMap<string, PythonLiteral> {
    const entries = new Map<string, PythonLiteral>();
    this.#at++;
    while (!this.#take('}')) {
      if (!/['"]/.test(this.#peek())) throw this.#error('a quoted key');
      const key = this.#string();
      if (!this.#take(':')) throw this.#error("':'");
      entries.set(key, this.value(depth + 1));
      if (!this.#take(',') && this.#peek() !== '}') throw this.#error("',' or '}'");
    }
    return entries;
  }

  /** `(a)` is `a` in brackets, `(a,)` and `()` are tuples. */
  #tuple(depth: number): PythonLiteral {
    const { values, commas } = this.#items(depth, ')');
    return values.length === 1 && commas === 0 ? (values[0] as PythonLiteral) : { tuple: values };
  }

  #items(depth: number, close: string): { values: PythonLiteral[]; commas: number } {
    const values: PythonLiteral[] = [];
    let commas = 0;
    this.#at++;
    while (!this.#take(close)) {
      values.push(this.value(depth + 1));
      if (this.#take(',')) commas++;
      else if (this.#peek() !== close) throw this.#error(`',' or '${close}'`);
    }
    return { values, commas };
  }

  #string(): string {
    const quote = this.#text[this.#at++];
    let result = '';
    while (this.#text[this.#at] !== quote) {
      const letter = this.#text[this.#at++];
      if (letter === undefined || letter === '\n') throw this.#error('a closing quote');
      if (letter !== '\\') result += letter;
      else result += this.#escape();
    }
    this.#at++;
    return result;
  }

  #escape(): string {
    const letter = this.#text[this.#at++] ?? '';
    const plain = ESCAPES[letter];
    if (plain !== undefined) return plain;
    const width = { x: 2, u: 4, U: 8 }[letter];
    const digits = this.#text.slice(this.#at, this.#at + (width ?? 0));
    const code = Number.parseInt(digits, 16);
    if (width === undefined || digits.length !== width || !/^[\da-fA-F]+$/.test(digits) || code > 0x10_ffff)
      throw this.#error('an escape sequence');
    this.#at += width;
    return String.fromCodePoint(code);
  }

  #integer(): number {
    const match = /^[-+]?\d+(?=L?)/.exec(this.#text.slice(this.#at, this.#at + 32));
    if (match === null) throw this.#error('an integer');
    this.#at += match[0].length;
    if (this.#text[this.#at] === 'L') this.#at++;
    return Number(match[0]);
  }

  #word(): boolean | null {
    const word = /^[A-Za-z]*/.exec(this.#text.slice(this.#at, this.#at + 8))?.[0] ?? '';
    const value = WORDS.get(word);
    if (value === undefined) throw this.#error('a literal');
    this.#at += word.length;
    return value;
  }

  #peek(): string {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
    return this.#text[this.#at] ?? '';
  }

  #take(letter: string): boolean {
    if (this.#peek() !== letter) return false;
    this.#at++;
    return true;
  }

  #error(expected: string): SyntaxError {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    return new SyntaxError(`expected ${expected} at character ${this.#at}, got ${rest === '' ? 'the end' : JSON.stringify(rest)}`);
  }
}
