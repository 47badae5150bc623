/** Markup that is safe to put into a page. */
export interface Markup {
  readonly html: string;
}

type Part = Markup | string | number | null | undefined | false | readonly Part[];

/** Text as it has to be written in HTML, SVG and attribute values; control characters, which neither allows, are replaced. */
export const escapeText = (text: string): string =>
  text.replace(/(?![\t\n\r])\p{Cc}/gu, '\ufffd').replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A template whose values are escaped unless they are markup themselves; null, undefined and false give nothing. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { html: strings.reduce((text, literal, i) => text + (i === 0 ? '' : render(parts[i - 1])) + literal, '') };
}

/** Text that is markup already. */
export const raw = (text: string): Markup => ({ html: text });

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'string') return escapeText(part);
  if (typeof part === 'number') return String(part);
  if ('html' in part) return part.html;
  return part.map(render).join('');
}

/** A value as JSON that cannot end the script element it stands in. */
export const jsonForScript = (value: unknown): Markup =>
  raw(JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`));
