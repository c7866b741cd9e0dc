import { expect, test } from 'vitest';
import { matchesPattern } from '../../../lib/local/events/pattern.ts';
import { patternProblems } from '../../../lib/local/events/pattern-check.ts';
import type { JsonObject, JsonValue } from '../../../lib/model/json.ts';

/**
 * Each row: a pattern, events that match, and events that don't. Based on the examples of the EventBridge User Guide.
 */
const rows: [string, JsonObject, JsonObject[], JsonObject[]][] = [
  [
    'exact',
    { state: ['running'] },
    [{ state: 'running' }, { state: ['x', 'running'] }],
    [{ state: 'Running' }, {}, { state: { running: 1 } }],
  ],
  ['several values', { state: ['a', 'b'] }, [{ state: 'b' }], [{ state: 'c' }]],
  ['several fields', { a: [1], b: [2] }, [{ a: 1, b: 2 }], [{ a: 1 }, { a: 1, b: 3 }]],
  ['numbers differ from texts', { a: [300] }, [{ a: 300 }], [{ a: '300' }]],
  ['true and false', { a: [true] }, [{ a: true }], [{ a: 'true' }, { a: false }]],
  ['null', { a: [null] }, [{ a: null }], [{ a: '' }, {}, { a: 'null' }]],
  ['empty text', { a: [''] }, [{ a: '' }], [{ a: null }, {}]],
  [
    'prefix',
    { t: [{ prefix: '2017-10-02' }] },
    [{ t: '2017-10-02T18:43:48Z' }],
    [{ t: '2017-10-03' }, { t: 2017 }],
  ],
  [
    'prefix, any case',
    { t: [{ prefix: { 'equals-ignore-case': 'EventB' } }] },
    [{ t: 'EVENTBridge' }],
    [{ t: 'myeventb' }],
  ],
  ['suffix', { f: [{ suffix: '.png' }] }, [{ f: 'a.png' }], [{ f: 'a.PNG' }]],
  [
    'suffix, any case',
    { f: [{ suffix: { 'equals-ignore-case': '.Png' } }] },
    [{ f: 'a.PNG' }],
    [{ f: 'a.jpg' }],
  ],
  ['equals, any case', { n: [{ 'equals-ignore-case': 'alice' }] }, [{ n: 'ALICE' }], [{ n: 'alices' }]],
  [
    'wildcard',
    { p: [{ wildcard: 'dir/*.png' }] },
    [{ p: 'dir/a/b.png' }],
    [{ p: 'dirs/a.png' }, { p: 'dir/a.pngs' }],
  ],
  [
    'wildcard in the middle and at the end',
    { p: [{ wildcard: '*/us-*/x*' }] },
    [{ p: 'a/us-east/x' }],
    [{ p: 'us-east/x' }],
  ],
  ['wildcard, escaped', { p: [{ wildcard: 'a\\*b\\\\*' }] }, [{ p: 'a*b\\c' }], [{ p: 'axb\\c' }]],
  [
    'anything-but text',
    { s: [{ 'anything-but': 'initializing' }] },
    [{ s: 'running' }, { s: 1 }],
    [{ s: 'initializing' }, {}],
  ],
  ['anything-but number', { n: [{ 'anything-but': 123 }] }, [{ n: 124 }, { n: '123' }], [{ n: 123 }]],
  [
    'anything-but list',
    { s: [{ 'anything-but': ['a', 'b'] }] },
    [{ s: 'c' }, { s: ['a', 'c'] }],
    [{ s: 'a' }, { s: 'b' }],
  ],
  ['anything-but numbers', { n: [{ 'anything-but': [100, 200] }] }, [{ n: 300 }], [{ n: 200 }]],
  [
    'anything-but prefix',
    { s: [{ 'anything-but': { prefix: 'init' } }] },
    [{ s: 'run' }],
    [{ s: 'initial' }, {}],
  ],
  ['anything-but prefixes', { s: [{ 'anything-but': { prefix: ['a', 'b'] } }] }, [{ s: 'c' }], [{ s: 'bc' }]],
  [
    'anything-but suffix',
    { f: [{ 'anything-but': { suffix: '.txt' } }] },
    [{ f: 'a.png' }],
    [{ f: 'a.txt' }],
  ],
  [
    'anything-but suffixes',
    { f: [{ 'anything-but': { suffix: ['.txt', '.rtf'] } }] },
    [{ f: 'a.png' }],
    [{ f: 'a.rtf' }],
  ],
  [
    'anything-but any case',
    { s: [{ 'anything-but': { 'equals-ignore-case': ['initializing', 'stopped'] } }] },
    [{ s: 'run' }],
    [{ s: 'STOPPED' }],
  ],
  [
    'anything-but wildcard',
    { p: [{ 'anything-but': { wildcard: '*/lib/*' } }] },
    [{ p: '/bin/x' }],
    [{ p: '/usr/lib/x' }],
  ],
  [
    'anything-but wildcards',
    { p: [{ 'anything-but': { wildcard: ['*/lib/*', '*/bin/*'] } }] },
    [{ p: '/etc/x' }],
    [{ p: '/usr/bin/x' }],
  ],
  [
    'numeric',
    { c: [{ numeric: ['>', 0, '<=', 5] }] },
    [{ c: 5 }, { c: 0.1 }],
    [{ c: 0 }, { c: 6 }, { c: '3' }],
  ],
  ['numeric equal', { c: [{ numeric: ['=', 300] }] }, [{ c: 300 }, { c: 3e2 }], [{ c: 301 }]],
  ['cidr 4', { ip: [{ cidr: '10.0.0.0/24' }] }, [{ ip: '10.0.0.255' }], [{ ip: '10.0.1.0' }, { ip: 'ten' }]],
  [
    'cidr 6',
    { ip: [{ cidr: '2600:1f18::/32' }] },
    [{ ip: '2600:1f18:1::1' }],
    [{ ip: '2601::1' }, { ip: '10.0.0.1' }],
  ],
  [
    'exists',
    { d: { s: [{ exists: true }] } },
    [{ d: { s: null } }, { d: { s: 'x' } }],
    [{ d: {} }, {}, { d: { s: { deep: 1 } } }, { d: { s: [] } }],
  ],
  [
    'exists not',
    { d: { s: [{ exists: false }] } },
    [{ d: {} }, {}, { d: 1 }, { d: { s: [] } }],
    [{ d: { s: 'x' } }],
  ],
  ['exists not, or a value', { s: [{ exists: false }, 'ok'] }, [{}, { s: 'ok' }], [{ s: 'no' }]],
  ['nested', { detail: { a: { b: ['x'] } } }, [{ detail: { a: { b: 'x' } } }], [{ detail: { a: 'x' } }]],
  [
    '$or',
    { $or: [{ a: [1] }, { b: { c: [2] } }], d: [3] },
    [
      { a: 1, d: 3 },
      { b: { c: 2 }, d: 3 },
    ],
    [{ a: 1 }, { d: 3 }],
  ],
  [
    '$or inside',
    { detail: { $or: [{ a: ['x'] }, { b: [{ numeric: ['<', 1] }] }] } },
    [{ detail: { b: 0 } }],
    [{ detail: { b: 1 } }],
  ],
  ['$or as a name', { $or: ['a'] }, [{ $or: 'a' }], [{ a: 1 }]],
  [
    'array of objects: one element must fit',
    { e: { a: ['x'], b: ['y'] } },
    [{ e: [{ a: 'x', b: 'y' }] }],
    [
      {
        e: [
          { a: 'x', b: 'n' },
          { a: 'n', b: 'y' },
        ],
      },
    ],
  ],
];

test.each(rows)('%s', (_what, pattern, matching, others) => {
  expect(patternProblems(pattern)).toEqual([]);
  for (const event of matching) expect([event, matchesPattern(pattern, event)]).toEqual([event, true]);
  for (const event of others) expect([event, matchesPattern(pattern, event)]).toEqual([event, false]);
});

const invalid: [JsonValue, string][] = [
  [{}, 'Empty objects'],
  [{ a: 'x' }, 'must be an object or an array'],
  [{ a: [] }, 'Empty arrays'],
  [{ a: [['x']] }, 'match value must be'],
  [{ a: [{ prefx: 'x' }] }, 'Unrecognized match type prefx'],
  [{ a: [{ prefix: 'x', suffix: 'y' }] }, 'Only one key'],
  [{ a: [{ prefix: 1 }] }, 'must be a string'],
  [{ a: [{ exists: 'yes' }] }, 'must be true or false'],
  [{ a: [{ numeric: ['>'] }] }, 'must be numeric'],
  [{ a: [{ numeric: ['!', 1] }] }, 'Unrecognized numeric'],
  [{ a: [{ numeric: ['>', '1'] }] }, 'must be numeric'],
  [{ a: [{ numeric: ['>', 6e9] }] }, 'between'],
  [{ a: [{ wildcard: 'a**' }] }, 'Consecutive'],
  [{ a: [{ cidr: 'net' }] }, 'CIDR'],
  [{ a: [{ 'anything-but': { exists: true } }] }, 'Unsupported'],
  [{ a: [{ 'anything-but': [] }] }, 'anything but list'],
];
test.each(invalid)('rejects %j', (pattern, problem) => {
  expect(patternProblems(pattern).join()).toContain(problem);
});
