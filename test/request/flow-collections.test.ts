import { describe, expect, test } from 'vitest';
import { readYaml } from '../../lib/request/yaml-document.ts';

/** Values in brackets, indented in every way that PyYAML and SnakeYAML accept. */
const read: [string, string, unknown][] = [
  ['lines at the column of the key', 'a:\n  b: {\n  c: 1,\n  d: x\n  }', { a: { b: { c: 1, d: 'x' } } }],
  ['lines left of the key', 'a:\n  b: {\n c: 1\n }', { a: { b: { c: 1 } } }],
  ['everything at the margin', 'a:\n  b: {\nc: 1,\nd: 2\n}\ne: 3', { a: { b: { c: 1, d: 2 } }, e: 3 }],
  ['the closing brace at the margin', 'a:\n  b: { c: 1\n}', { a: { b: { c: 1 } } }],
  [
    'a trailing comma',
    "a:\n  b: {\n  'x:y': p,\n  'x:z': \"1\",\n  }\n  c: 1",
    { a: { b: { 'x:y': 'p', 'x:z': '1' }, c: 1 } },
  ],
  ['a list', 'a:\n  b: [\n  x,\n  y\n  ]\n  c: 1', { a: { b: ['x', 'y'], c: 1 } }],
  ['a list in a list item', 'a:\n- [\n  x,\n  y\n]\n- z', { a: [['x', 'y'], 'z'] }],
  [
    'a mapping in a mapping',
    'a:\n  b: {\n  c: {\n  d: 1\n  },\n  e: [\n  f\n  ]\n  }',
    { a: { b: { c: { d: 1 }, e: ['f'] } } },
  ],
  ['comments between', 'a:\n  b: {\n# why\n  c: 1, # because\n  d: 2\n  }', { a: { b: { c: 1, d: 2 } } }],
  ['empty lines between', 'a:\n  b: {\n\n  c: 1,\n\n  }', { a: { b: { c: 1 } } }],
  ['a text over two lines', 'a:\n  b: {\n  c: "one\n  two"\n  }', { a: { b: { c: 'one two' } } }],
  ['Windows line ends', 'a:\r\n  b: {\r\n  c: 1\r\n  }\r\n', { a: { b: { c: 1 } } }],
  [
    'functions',
    'a:\n  b: {\n  c: !Ref D,\n  e: !Sub "${F}"\n  }',
    { a: { b: { c: { Ref: 'D' }, e: { 'Fn::Sub': '${F}' } } } },
  ],
  ['JSON in YAML', 'a: {"b": [\n1,\n2\n], "c": {\n"d": null\n}}', { a: { b: [1, 2], c: { d: null } } }],
  ['indented as YAML requires', 'a:\n  b: {\n    c: 1\n  }', { a: { b: { c: 1 } } }],
];

/** Still invalid. */
const broken: [string, string][] = [
  ['a bracket that is never closed', 'a:\n  b: {\n  c: 1\n  d: 2\n'],
  ['the other bracket', 'a:\n  b: {\n  c: 1\n  ]'],
  ['an extra bracket', 'a:\n  b: { c: 1 }\n  }'],
  ['a line less indented outside of brackets', 'a:\n    b: 1\n  c: 2'],
  ['a document that starts inside', 'a:\n  b: {\n---\n  c: 1\n  }'],
];

describe('flow collections', () => {
  test.each(broken)('%s is rejected', (_what, text) => {
    expect(readYaml(text, 'a.yaml').problems.map(({ code }) => code)).toContain('Syntax');
  });

  test.each(read)('%s', (_what, text, value) => {
    const document = readYaml(text, 'a.yaml');
    expect(document.problems).toEqual([]);
    expect(document.value).toEqual(value);
  });

  test('lines are those of the file', () => {
    expect(readYaml('a:\n  b: {\n  c: 1\n  }\n  d: 2', 'a.yaml').lineOf('a.d')).toBe(5);
    expect(readYaml('a:\n  b: {\n  c: 1\n  }', 'a.yaml').lineOf('a.b.c')).toBe(3);
  });
});
