import { describe, expect, test } from 'vitest';
import { hasExpired, isExpiry } from '../../lib/model/expiry.ts';

describe('an expiry is a valid date or an instant with an offset', () => {
  for (const text of [
    '',
    'never',
    '2027',
    '2027-13-01',
    '2027-02-30',
    '2027-03-31T18:00',
    '31.3.2027',
    ' 2027-03-31',
    '2027-02-30T00:00:00Z',
    '2027-03-31T25:00:00Z',
  ])
    test(`not ${JSON.stringify(text)}, which therefore has expired`, () => {
      expect(isExpiry(text)).toBe(false);
      expect(hasExpired(text, '2000-01-01T00:00:00Z')).toBe(true);
    });
  for (const text of ['2027-03-31', '2028-02-29', '2027-03-31T18:00:00Z', '2027-03-31T18:00:00.5+02:00'])
    test(text, () => expect(isExpiry(text)).toBe(true));
});

test.each([
  ['2027-03-31', '2027-03-31T00:00:00.000Z', false],
  ['2027-03-31', '2027-03-31T23:59:59.999Z', false],
  ['2027-03-31', '2027-04-01T00:00:00.000Z', true],
  ['2027-03-31T18:00:00Z', '2027-03-31T17:59:59.999Z', false],
  ['2027-03-31T18:00:00Z', '2027-03-31T18:00:00.000Z', true],
  ['2027-03-31T18:00:00+02:00', '2027-03-31T16:00:00.000Z', true],
  ['2027-03-31', 'no time at all', true],
])('%s at %s: expired is %s', (expires, now, expected) => {
  expect(hasExpired(expires, now)).toBe(expected);
});
