import { expect, test } from 'vitest';
import { html, jsonForScript, raw } from '../../../../packages/study/src/report/page/markup.js';

test('Text is escaped in content and attributes, markup and numbers are not', () => {
  const hostile = `</script><img src=x onerror="alert(1)">'&\u0000`;
  const { html: text } =
    html`<p title="${hostile}">${hostile}</p>${raw('<b>ok</b>')}${[html`<i>${1.5}</i>`, 'a<b']}${null}${false}${undefined}`;
  const escaped = '&#60;/script&#62;&#60;img src=x onerror=&#34;alert(1)&#34;&#62;&#39;&#38;\ufffd';
  expect(text).toBe(`<p title="${escaped}">${escaped}</p><b>ok</b><i>1.5</i>a&#60;b`);
});

test('JSON for a script element cannot end it and reads back as it was', () => {
  const value = { name: '</script><!-- &amp; \u2028', list: [1, null] };
  const { html: text } = jsonForScript(value);
  expect(text).not.toMatch(/[<>&\u2028]/);
  expect(JSON.parse(text)).toEqual(value);
});
