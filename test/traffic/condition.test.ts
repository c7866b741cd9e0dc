import { expect, test } from 'vitest';
import { isTrue } from '../../lib/model/condition/condition.ts';
import type { JsonValue } from '../../lib/model/json.ts';

const refused: [string, JsonValue, RegExp][] = [
  ['1', null, /expected true or false, got a number/],
  ['unknown > 1', 1, /unknown name unknown/],
  ['true || unknown > 1', 1, /unknown name unknown/],
  ['process.exit()', 1, /unknown name process/],
  ['result.constructor.constructor("x")()', { a: 1 }, /no methods/],
  ['result.length > 0', [1], /a list has no member "length"/],
  ['result[0] > 1', [], /no element 0 in a list of 0: guard it with len/],
  ['result[0] > 1', null, /nil has no member 0/],
  ['asFloat(result) == "1.1"', '1.1', /can't compare a number with a string/],
  ['result > "5"', 6, /can't compare a number > a string/],
  ['asInt(result) == 1', '1.5', /asInt expects a number, got "1.5"/],
  ['result > 1 result', 1, /expected an operator, found "result"/],
  ['(result > 1', 1, /expected "\)", found the end/],
  ['all(result, # > )', [1], /expected a value, found "\)"/],
  ['# > 1', [1], /expected a value, found "#"/],
  ['result > 1 ; true', 1, /unexpected ";"/],
  ['max(result) > 1', [], /max of nothing/],
  [`${'('.repeat(200)}true${')'.repeat(200)}`, 1, /nested deeper/],
  ['true &&'.repeat(400).concat(' true'), 1, /expected at most 2000/],
  [
    'all(result, all(result, all(result, all(result, # >= 0))))',
    Array.from({ length: 100 }, () => 1),
    /more than 100000 steps/,
  ],
];

test.each(refused)('refuses %s', (condition, result, message) => {
  expect(() => isTrue(condition, result)).toThrow(message);
});

const evaluated: [string, JsonValue, boolean][] = [
  ['result < 0.05', 0.01, true],
  ['result[0] >= 0.95', [0.951], true],
  ['result[-1] == 3', [1, 2, 3], true],
  ['len(result) > 0 && result[0] < 1', [], false],
  ['isNil(result) || result < 1', null, true],
  ['isNaN(asFloat(result)) or asFloat(result) < 1', 'NaN', true],
  ['default(result, 0) == 0', null, true],
  ['default(result, 9) == 0', 0, true],
  ['all(result.rows, {.errors < 2})', { rows: [{ errors: 1 }, { errors: 0 }] }, true],
  ['count(result, # > 1) == 2', [1, 2, 3], true],
  ['len(filter(result, # > 1)) == 2', [1, 2, 3], true],
  ['none(result, # > 3) and any(result, # == 3)', [1, 2, 3], true],
  ['"b" in result and not ("c" in result)', { b: 1 }, true],
  ['2 not in result', [1, 3], true],
  ['result == "a" ? false : true', 'b', true],
  ['1 + 2 * 3 == 7 and (1 + 2) * 3 == 9 and 2 ** 3 ** 2 == 512', null, true],
  ['-2 ^ 2 == -4 and 7 / 2 == 3.5 and 7 % 4 == 3', null, true],
  ['result.a?.b ?? 5 == 5', { a: null }, true],
  ['!(result.missing != nil)', {}, true],
  ["result contains 'row' and result startsWith 'b'", 'brown', true],
  ['result == [1, 2]', [1, 2], true],
  ['mean(result) <= 2 and max(result) == 3 and sum(result) == 6', [1, 2, 3], true],
];

test.each(evaluated)('evaluates %s', (condition, result, expected) => {
  expect(isTrue(condition, result)).toBe(expected);
});
