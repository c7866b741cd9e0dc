import { describe, expect, test } from 'vitest';
import type { Waiver } from '../../lib/model/policy.ts';
import {
  applyWaivers,
  approvedWaivers,
  createEngine,
  requestedWaivers,
  settingsWaivers,
  waiversUsed,
} from '../../lib/policy/index.ts';
import { bundleOf, lookup, policy, request, resource } from './support.ts';

const frame = { scope: 'prod/shop', now: '2027-03-15T12:00:00.000Z', approvable: true };
const waiver: Waiver = {
  rule: 'RULE',
  resource: 'Uploads',
  reason: 'until the migration is over',
  approver: 'security',
  expires: '2027-03-31',
  source: 'settings',
};
const text = policy('resource has BucketName && resource.BucketName == "bad"');
const bad = resource('AWS::S3::Bucket', { BucketName: 'bad' }, 'Uploads');
const other = resource('AWS::S3::Bucket', { BucketName: 'bad' }, 'Other');
const open = resource('AWS::S3::Bucket', { BucketName: { Ref: 'Name' } }, 'Uploads');

function verdicts(resources = [bad], mode: 'enforce' | 'warn' = 'enforce') {
  return createEngine(bundleOf({ 'a.cedar': text }, mode), lookup).judge(request, resources, 'admission');
}

describe('a waiver has no effect', () => {
  const useless: [string, Partial<Waiver>][] = [
    ['for another rule', { rule: 'OTHER' }],
    ["for a pattern that matches the rule's name", { rule: 'RUL*' }],
    ['for another resource', { resource: 'Downloads' }],
    ['for part of its name', { resource: 'Upload' }],
    ['for another scope', { resource: 'dev/shop/Uploads' }],
    ['for a scope only', { resource: 'prod/shop' }],
    ['that has expired', { expires: '2027-03-14' }],
    ['without a valid expiry', { expires: 'never' }],
  ];
  for (const [what, change] of useless)
    test(what, () => {
      const judged = applyWaivers(verdicts(), [{ ...waiver, ...change }], frame);
      expect(judged.decision).toBe('deny');
      expect(judged.waived).toEqual([]);
      expect(judged.violations).toHaveLength(1);
    });
});

test('a violation says that its waiver has expired', () => {
  const [violation] = applyWaivers(verdicts(), [{ ...waiver, expires: '2027-03-14' }], frame).violations;
  expect(violation?.message).toBe('not so (the waiver expired on 2027-03-14)');
});

test("a request can't exempt itself if no one approves changes", () => {
  const asked: Waiver = { ...waiver, source: 'request' };
  const judged = applyWaivers(verdicts(), [asked], { ...frame, approvable: false });
  expect(judged).toMatchObject({ decision: 'deny', waived: [] });
  expect(judged.violations[0]?.message).toMatch(/no governance policy/);
  expect(applyWaivers(verdicts(), [asked], frame).decision).toBe('allow');
  expect(applyWaivers(verdicts(), [waiver], { ...frame, approvable: false }).decision).toBe('allow');
});

describe('a waiver exempts from a violation', () => {
  for (const pattern of ['Uploads', 'Up*', '*', 'prod/shop/Uploads', 'prod/*/Uploads', '*/Uploads'])
    test(`for ${pattern}`, () => {
      const judged = applyWaivers(verdicts(), [{ ...waiver, resource: pattern }], frame);
      expect(judged).toMatchObject({ decision: 'allow', violations: [] });
      expect(judged.waived).toMatchObject([
        { rule: 'RULE', resource: 'Uploads', waiver: { reason: waiver.reason } },
      ]);
    });

  test('but not from another violation', () => {
    const judged = applyWaivers(verdicts([bad, other]), [waiver], frame);
    expect(judged.decision).toBe('deny');
    expect(judged.violations.map((one) => one.resource)).toEqual(['Other']);
    expect(judged.waived.map((one) => one.resource)).toEqual(['Uploads']);
  });

  test('also of a rule that only warns', () => {
    const judged = applyWaivers(verdicts([bad], 'warn'), [waiver], frame);
    expect(judged).toMatchObject({ decision: 'allow', violations: [] });
    expect(judged.waived).toMatchObject([{ enforcement: 'warn' }]);
  });

  test('even if another waiver for the same rule has expired', () => {
    const expired = { ...waiver, expires: '2027-01-01' };
    expect(applyWaivers(verdicts(), [expired, waiver], frame).decision).toBe('allow');
  });
});

test('pending rules are waived too, and named', () => {
  const judged = applyWaivers(verdicts([open]), [waiver], frame);
  expect(judged.pending).toEqual([]);
  expect(judged.waived).toMatchObject([
    { rule: 'RULE', message: 'not so', unknowns: ['Properties.BucketName'] },
  ]);
});

test('a waiver in the settings precedes one in the request, and so needs no approval', () => {
  const asked: Waiver = { ...waiver, source: 'request', approver: undefined };
  const [used] = waiversUsed(applyWaivers(verdicts(), [asked, waiver], frame));
  expect(used?.waiver.source).toBe('settings');
});

test('the approval of a change covers the exceptions that its request asked for and used', () => {
  const asked = requestedWaivers({
    exceptions: [
      { rule: 'RULE', resource: 'Other', reason: 'r', expires: '2027-12-31' },
      { rule: 'RULE', resource: 'Nothing', reason: 'r', expires: '2027-12-31' },
    ],
  });
  const judged = applyWaivers(verdicts([bad, other]), [...asked, waiver], frame);
  expect(judged.decision).toBe('allow');
  expect(approvedWaivers(judged)).toEqual(asked.slice(0, 1));
});

test('the settings apply to their environment only', () => {
  const { source: _source, approver = '', ...given } = waiver;
  const environment = {
    policyPacks: [],
    frameworks: [],
    waivers: [{ ...given, approver }],
    resourceTypes: ['AWS::*'],
  };
  const environments = { prod: environment } as unknown as Parameters<
    typeof settingsWaivers
  >[0]['environments'];
  expect(settingsWaivers({ environments }, 'prod')).toEqual([waiver]);
  expect(settingsWaivers({ environments }, 'dev')).toEqual([]);
});

describe('metadata that asks for an exemption', () => {
  const asking = {
    ...bad,
    metadata: {
      cfn_nag: { rules_to_suppress: [{ id: 'W1', reason: 'legacy' }] },
      guard: { SuppressedRules: ['OTHER'] },
    },
  };
  const aliased = text.replace('@id', '@aliases("W1") @id');

  test('has no effect at admission, and is recorded with its reason', () => {
    const engine = createEngine(bundleOf({ 'a.cedar': aliased }), lookup);
    const judged = engine.judge(request, [asking, other], 'admission');
    expect(judged.decision).toBe('deny');
    expect(judged.violations).toHaveLength(2);
    expect(judged.suppressed).toEqual([
      { rule: 'RULE', resource: 'Uploads', path: 'Properties.BucketName', reason: 'legacy' },
    ]);
  });

  test('is also recorded where it is honored', () => {
    const engine = createEngine(bundleOf({ 'a.cedar': aliased }), lookup, { honorSuppressions: true });
    const judged = engine.judge(request, [asking], 'admission');
    expect(judged).toMatchObject({ decision: 'allow', violations: [], suppressed: [{ reason: 'legacy' }] });
  });
});
