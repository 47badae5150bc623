import { describe, expect, it } from 'vitest';
import { parsePythonLiteral } from '../../../packages/memmap-bridge/src/npy/python-literal.js';

describe('parsePythonLiteral', () => {
  it.each([
    ["'<f4'", '<f4'],
    ['"double"', 'double'],
    ["'it\\'s'", "it's"],
    ["'\\x41\\u00e9\\U0001F600'", 'Aé😀'],
    ['True', true],
    ['False', false],
    ['None', null],
    ['-12', -12],
    ['3L', 3],
    ['()', { tuple: [] }],
    ['(5,)', { tuple: [5] }],
    ['(5)', 5],
    ['(2, 3)', { tuple: [2, 3] }],
    ['(2L, 3L,)', { tuple: [2, 3] }],
    ["[('r', '<f4'), ('i', '<f4')]", [{ tuple: ['r', '<f4'] }, { tuple: ['i', '<f4'] }]],
    [" { 'a' : 1 , } \n", new Map([['a', 1]])],
    ['{}', new Map()],
  ])('reads %s', (text, value) => {
    expect(parsePythonLiteral(text)).toEqual(value);
  });

  it.each([
    ['', /expected a literal .* the end/],
    ["{'a': 1} 2", /expected the end/],
    ["{'a' 1}", /expected ':'/],
    ["{'a': 1 'b': 2}", /',' or '}'/],
    ['{1: 2}', /quoted key/],
    ["'open", /closing quote/],
    ["'\\q'", /escape sequence/],
    ["'\\x4'", /escape sequence/],
    ["'\\U00110000'", /escape sequence/],
    ['(1 2)', /',' or '\)'/],
    ['__import__', /a literal/],
    ['os.system', /a literal/],
    ['1.5', /the end/],
    ['-', /an integer/],
    ['('.repeat(1000), /16 levels/],
  ])('refuses %s', (text, message) => {
    expect(() => parsePythonLiteral(text)).toThrow(message);
  });
});
