import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { builtInPacks, createEngine, judgeDocument, loadBundle } from '../../lib/policy/index.ts';
import { bundleOf, lookup, policy, request, resource } from './support.ts';

const bucket = (properties: JsonObject) => resource('AWS::S3::Bucket', properties);

/** Two ways to mark the owner of a bucket: its name begins with `ours-`, or it has a prefix of ours. */
const byName = policy('if resource has BucketName then resource.BucketName != "ours" else true', {
  id: 'BY_NAME',
}).replace('@id', '@alternatives("BY_PREFIX") @id');
const byPrefix = policy(
  'if resource has BucketNamePrefix then resource.BucketNamePrefix != "ours" else true',
  { id: 'BY_PREFIX' },
);
/** Applies only to buckets with a prefix. */
const byPrefixIfAny = byPrefix.replace('when {', 'when { resource has BucketNamePrefix } when {');

const engine = createEngine(bundleOf({ 'a.cedar': byName, 'b.cedar': byPrefix }), lookup);
const open = { Ref: 'Other' };

function found(properties: JsonObject, judge = engine, phase: 'admission' | 'call' = 'admission') {
  const { violations, pending } = judge.judge(request, [bucket(properties)], phase);
  return [...violations.map(({ rule }) => rule), ...pending.map(({ rule }) => `${rule}?`)];
}

describe('two alternative rules', () => {
  const cases: [JsonObject, string[], string[]][] = [
    [{}, ['BY_NAME', 'BY_PREFIX'], ['BY_NAME', 'BY_PREFIX']],
    [
      { BucketName: 'theirs', BucketNamePrefix: 'theirs' },
      ['BY_NAME', 'BY_PREFIX'],
      ['BY_NAME', 'BY_PREFIX'],
    ],
    [{ BucketName: 'ours' }, [], []],
    [{ BucketNamePrefix: 'ours' }, [], []],
    [{ BucketName: 'ours', BucketNamePrefix: open }, [], []],
    [{ BucketName: open }, ['BY_NAME?', 'BY_PREFIX?'], ['BY_NAME', 'BY_PREFIX']],
    [{ BucketName: open, BucketNamePrefix: open }, ['BY_NAME?', 'BY_PREFIX?'], ['BY_NAME', 'BY_PREFIX']],
  ];
  test.each(cases)('%j violates %j at admission, %j at the call', (properties, admission, call) => {
    expect(found(properties)).toEqual(admission);
    expect(found(properties, engine, 'call')).toEqual(call);
  });

  test('a pending rule makes the other wait for the same values', () => {
    const { pending, decision } = engine.judge(request, [bucket({ BucketName: open })], 'admission');
    expect(decision).toBe('allow');
    expect(pending.map(({ unknowns }) => unknowns)).toEqual([
      ['Properties.BucketName'],
      ['Properties.BucketName'],
    ]);
  });

  test('a rule that does not apply compensates for nothing', () => {
    const scoped = createEngine(bundleOf({ 'a.cedar': byName, 'b.cedar': byPrefixIfAny }), lookup);
    expect(found({ BucketName: 'theirs' }, scoped)).toEqual(['BY_NAME']);
    expect(found({ BucketNamePrefix: 'ours' }, scoped)).toEqual([]);
    expect(found({ BucketNamePrefix: 'theirs' }, scoped)).toEqual(['BY_NAME', 'BY_PREFIX']);
  });

  test('a rule that another resource satisfies compensates for nothing', () => {
    const ours = { ...bucket({ BucketName: 'ours' }), logicalId: 'Ours' };
    const { violations } = engine.judge(request, [ours, bucket({})], 'admission');
    expect(violations.map((one) => `${one.resource} ${one.rule}`)).toEqual([
      'Subject BY_NAME',
      'Subject BY_PREFIX',
    ]);
  });

  test('a rule outside the bundle does not count', () => {
    const alone = createEngine(bundleOf({ 'a.cedar': byName }), lookup);
    expect(found({ BucketNamePrefix: 'ours' }, alone)).toEqual(['BY_NAME']);
  });

  test('each is evaluated by itself on request', () => {
    const bundle = bundleOf({ 'a.cedar': byName, 'b.cedar': byPrefix });
    const strict = createEngine(bundle, lookup, { alternatives: false });
    expect(found({ BucketName: 'ours' }, strict)).toEqual(['BY_PREFIX']);
    const document = {
      Resources: { Subject: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'ours' } } },
    };
    expect(judgeDocument(strict, request, document, ['BY_NAME', 'BY_PREFIX'])).toMatchObject([
      { verdict: 'PASS' },
      { verdict: 'FAIL' },
    ]);
  });
});

describe('the rules about passwords of endpoints', () => {
  const bundle = loadBundle([{ name: 'aws/dms', mode: 'enforce' }], [builtInPacks], lookup);
  const passwords = createEngine(bundle, lookup);
  const stem = 'DMS_NO_PLAINTEXT_PASSWORD DMS_USES_SECURE_PARAMETER DMS_USES_SECURE_SERVICE';
  const cases: [JsonObject, string][] = [
    [{ Password: 'hunter2' }, stem],
    [{ Password: { Ref: 'Open' } }, stem],
    [{ Password: { Ref: 'Hidden' } }, ''],
    [{ Password: '{{resolve:secretsmanager:db}}' }, ''],
    [{ Password: '{{resolve:ssm-secure:db}}' }, ''],
    [{}, ''],
  ];
  test.each(cases)('%j violates: %s', (properties, expected) => {
    const parameters = { Open: { Type: 'String' }, Hidden: { Type: 'String', NoEcho: true } };
    for (const phase of ['admission', 'call'] as const) {
      const endpoint = [resource('AWS::DMS::Endpoint', properties)];
      const { violations, pending } = passwords.judge(request, endpoint, phase, parameters);
      expect(violations.map(({ rule }) => rule).join(' ')).toBe(expected);
      expect(pending).toEqual([]);
    }
  });
});
