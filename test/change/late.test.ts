import { describe, expect, test } from 'vitest';
import { builtInGovernance, loadGovernance } from '../../lib/change/governance-bundle.ts';
import { asksWhenLate } from '../../lib/change/late.ts';
import { waitingFrom } from '../../lib/change/windows.ts';
import { governanceSchema } from '../../lib/model/settings.ts';
import { quietChange } from '../cli/shown-change.ts';

const owners = { groups: ['owners'] };
const governance = loadGovernance(
  { groups: { owners: ['user/ana'] }, people: {} },
  {
    governance: governanceSchema.parse({
      packs: ['default'],
      levels: { 'service-owner': owners, 'change-authority': owners },
    }),
  },
  [builtInGovernance],
);
const none = loadGovernance({ groups: {}, people: {} }, { governance: governanceSchema.parse({}) }, []);
const { capsule } = quietChange;
const submitted = '2026-01-01T00:00:00.000Z';
const after = (hours: number) => new Date(Date.parse(submitted) + hours * 3_600_000).toISOString();

describe('a standard change that had to wait', () => {
  const standard = { ...capsule, type: 'standard' as const, approvals: [] };
  const waiting = { ...standard, window: { ...standard.window, waitsSeconds: 30 * 3600 } };
  test.each([
    ['needs approval after a day', governance, standard, 26, true],
    ['needs none within a day', governance, standard, 23, false],
    ['needs none if its capsule has this time', governance, waiting, 30, false],
    ['needs none in an environment without approvals', none, standard, 26, false],
    ['needs none after it was approved', governance, { ...standard, type: 'normal' as const }, 26, false],
  ])('%s', (_what, rules, one, hours, asks) => {
    expect(asksWhenLate(rules, one, submitted, after(hours))).toBe(asks);
  });
});

test('sealing again a moment later gives the same waiting time', () => {
  const open = { calendars: [] };
  expect(waitingFrom(open, submitted, after(0.9))).toEqual(open);
  expect(waitingFrom(open, submitted, after(30.1))).toEqual(waitingFrom(open, submitted, after(30.9)));
  expect(waitingFrom({ ...open, opensAt: after(50) }, submitted, after(1))).toMatchObject({
    waitsSeconds: 180_000,
  });
});
