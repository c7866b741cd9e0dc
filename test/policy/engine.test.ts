import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import { createEngine } from '../../lib/policy/index.ts';
import { bundleOf, engineOf, lookup, policy, request, resource } from './support.ts';

const bucket = (properties: JsonObject) => resource('AWS::S3::Bucket', properties);
const named = policy('resource has BucketName && resource.BucketName == "bad"');
const openName = { BucketName: { Ref: 'Other' } };

describe('a violation', () => {
  test('names the rule, resource, path, value and remedy', () => {
    const text = named.replace('@id', '@remedy("Find another name") @id');
    const verdicts = engineOf(text).judge(request, [bucket({ BucketName: 'bad' })], 'admission');
    expect(verdicts).toEqual({
      decision: 'deny',
      bundleHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      violations: [
        {
          rule: 'RULE',
          severity: 'high',
          enforcement: 'enforce',
          resource: 'Subject',
          path: 'Properties.BucketName',
          message: 'not so',
          remedy: 'Find another name',
          value: 'bad',
        },
      ],
      pending: [],
      waived: [],
      suppressed: [],
      judged: 1,
    });
  });

  test('of a pack that only warns does not deny', () => {
    const engine = createEngine(bundleOf({ 'a.cedar': named }, 'warn'), lookup);
    const verdicts = engine.judge(request, [bucket({ BucketName: 'bad' })], 'admission');
    expect(verdicts.decision).toBe('allow');
    expect(verdicts.violations).toMatchObject([{ rule: 'RULE', enforcement: 'warn' }]);
  });

  test('does not show secrets', () => {
    const text = policy('resource has MasterUserPassword', { type: 'AWS::RDS::DBInstance' });
    const database = resource('AWS::RDS::DBInstance', { MasterUserPassword: 'hunter2' });
    const verdicts = engineOf(text).judge(request, [database], 'admission');
    expect(verdicts.violations).toHaveLength(1);
    expect(JSON.stringify(verdicts)).not.toContain('hunter2');
  });
});

describe('an error', () => {
  const text = policy('resource has BackupRetentionPeriod && resource.BackupRetentionPeriod < 7', {
    type: 'AWS::RDS::DBInstance',
  });
  const broken = resource('AWS::RDS::DBInstance', {
    BackupRetentionPeriod: 'long',
    Engine: { Ref: 'Engine' },
  });

  test.each(['admission', 'call'] as const)('in an evaluation is a denial that names it (%s)', (phase) => {
    const verdicts = engineOf(text).judge(request, [broken], phase);
    expect(verdicts.decision).toBe('deny');
    expect(verdicts.violations[0]?.message).toMatch(/could not be judged: .*type error/);
  });

  test('next to an unknown value is a denial too', () => {
    const both = text.replace('< 7', '< 7 && resource has Engine && resource.Engine == "a"');
    const verdicts = engineOf(both).judge(request, [broken], 'admission');
    expect(verdicts.decision).toBe('deny');
    expect(verdicts.violations[0]?.message).toMatch(/could not be judged: .*type error/);
  });
});

describe('an unknown value', () => {
  test('keeps the verdict pending at admission, with the path of the value', () => {
    const verdicts = engineOf(named).judge(request, [bucket(openName)], 'admission');
    expect(verdicts.decision).toBe('allow');
    expect(verdicts.pending).toEqual([
      {
        rule: 'RULE',
        severity: 'high',
        enforcement: 'enforce',
        resource: 'Subject',
        path: 'Properties.BucketName',
        message: 'not so',
        unknowns: ['Properties.BucketName'],
      },
    ]);
  });

  test('is a denial at the call', () => {
    const verdicts = engineOf(named).judge(request, [bucket(openName)], 'call');
    expect(verdicts).toMatchObject({ decision: 'deny', pending: [] });
    expect(verdicts.violations[0]?.message).toContain('Properties.BucketName must be known');
  });

  test('does not affect a rule that does not read it', () => {
    const verdicts = engineOf(named).judge(request, [bucket({ AccessControl: { Ref: 'A' } })], 'call');
    expect(verdicts).toMatchObject({ decision: 'allow', violations: [], pending: [] });
  });

  test.each([
    ['does not matter if the rest is false', '&& context.environment == "test"', 0, 0],
    ['does not matter if the rest is true', '|| context.environment == "prod"', 1, 0],
    ['leaves the result open otherwise', '&& context.environment == "prod"', 0, 1],
  ])('%s', (_what, rest, violations, pending) => {
    const text = policy(`(resource has BucketName && resource.BucketName == "bad") ${rest}`);
    const verdicts = engineOf(text).judge(request, [bucket(openName)], 'admission');
    expect([verdicts.violations.length, verdicts.pending.length]).toEqual([violations, pending]);
  });

  test.each<JsonValue>([
    { 'Fn::GetAtt': ['A', 'B'] },
    { 'Fn::Join': ['', ['b', { Ref: 'B' }]] },
    { 'Fn::Sub': '${A}d' },
    '{{resolve:ssm:a}}',
    'b{{resolve:secretsmanager:a:SecretString:b}}d',
  ])('can be %j', (value) => {
    const verdicts = engineOf(named).judge(request, [bucket({ BucketName: value })], 'admission');
    expect(verdicts.pending).toHaveLength(1);
  });

  test.each<JsonValue>([
    { 'Fn::Sub': 'good-${A}' },
    { 'Fn::If': ['A', 'good', 'better'] },
    'x-{{resolve:secretsmanager:a:SecretString:b}}-y',
  ])('is known well enough where it can not be what is forbidden: %j', (value) => {
    const verdicts = engineOf(named).judge(request, [bucket({ BucketName: value })], 'admission');
    expect(verdicts).toMatchObject({ decision: 'allow', violations: [], pending: [] });
  });

  test.each([
    ['the tags', { Ref: 'Tags' }, ['Properties.Tags']],
    ['the name of a tag', [{ Key: { Ref: 'K' }, Value: 'a' }], ['Properties.Tags.0']],
    ['the value of the tag', [{ Key: 'owner', Value: { Ref: 'V' } }], ['Properties.Tags.0.Value']],
  ])('can be %s', (_what, Tags, unknowns) => {
    const text = policy('!resource.hasTag("owner") || resource.getTag("owner") == "nobody"').replace(
      /\{ !resource.*\}/,
      '{ if resource.hasTag("owner") then resource.getTag("owner") == "nobody" else true }',
    );
    const verdicts = engineOf(text).judge(request, [bucket({ Tags })], 'admission');
    expect(verdicts.pending.map((one) => one.unknowns)).toEqual([unknowns]);
  });
});

describe('a rule', () => {
  const ingress = 'AWS::EC2::SecurityGroup::Ingress';
  const group = resource('AWS::EC2::SecurityGroup', {
    VpcId: 'vpc-1',
    SecurityGroupIngress: [{ IpProtocol: 'tcp', CidrIp: '10.0.0.0/8' }],
  });

  test('for a nested value can read the resource around it', () => {
    const text = policy('context.root has VpcId && context.root.VpcId == "vpc-1"', { type: ingress });
    const other = resource('AWS::EC2::SecurityGroup', { ...group.properties, VpcId: 'vpc-2' }, 'Other');
    const verdicts = engineOf(text).judge(request, [group, other], 'call');
    expect(verdicts.violations.map((one) => one.resource)).toEqual(['Subject']);
  });

  test('for a nested value waits for unknown values of the resource around it', () => {
    const text = policy('context.root has VpcId && context.root.VpcId == "vpc-1"', { type: ingress });
    const open = resource('AWS::EC2::SecurityGroup', { ...group.properties, VpcId: { Ref: 'Vpc' } });
    expect(engineOf(text).judge(request, [open], 'admission').pending).toMatchObject([
      { path: 'Properties.SecurityGroupIngress.0', unknowns: ['Properties.VpcId'] },
    ]);
  });

  test('without a type evaluates every resource, including unknown types, but no nested values', () => {
    const text = policy('!resource.hasTag("owner")').replace(' is AWS::S3::Bucket', '');
    const strange = resource('Custom::Thing', {}, 'Strange');
    const verdicts = engineOf(text).judge(request, [group, strange], 'admission');
    expect(verdicts.violations.map((one) => one.resource)).toEqual(['Strange', 'Subject']);
  });

  test('for nested values denies a resource whose type is no longer known', () => {
    const engine = createEngine(
      bundleOf({ 'a.cedar': policy('resource has CidrIp', { type: ingress }) }),
      () => undefined,
    );
    expect(engine.judge(request, [group], 'admission').pending).toHaveLength(1);
    expect(engine.judge(request, [group], 'call').decision).toBe('deny');
  });

  test.each([
    ['the requester', 'principal == Baton::Owner::"payments"', true],
    ['another requester', 'principal == Baton::Owner::"search"', false],
    ['the action', 'action == Action::"provision"', true],
    ['another action', 'action == Action::"scale"', false],
    ['the environment', 'context.environment == "prod"', true],
    ['the service', 'context.service == "search"', false],
    ['how it is deleted', 'context.deletionPolicy == "Delete"', true],
    ['its logical id', 'context.logicalId like "Sub*"', true],
  ])('can be about %s', (_what, condition, holds) => {
    const { decision } = engineOf(policy(condition)).judge(request, [bucket({})], 'call');
    expect(decision).toBe(holds ? 'deny' : 'allow');
  });

  test('counts each evaluated pair of policy and entity', () => {
    const engine = engineOf(named, policy('resource has CidrIpv6', { id: 'OTHER', type: ingress }));
    expect(engine.judge(request, [bucket({}), group], 'admission').judged).toBe(2);
  });
});

describe('a rule that reads other resources', () => {
  const secret = (properties: JsonObject = {}) => resource('AWS::SecretsManager::Secret', properties);
  const schedule = resource(
    'AWS::SecretsManager::RotationSchedule',
    { SecretId: { Ref: 'Subject' } },
    'Beside',
  );
  const rotated = policy('!context.facts.rotationScheduled && resource has Name && resource.Name != "a"', {
    type: 'AWS::SecretsManager::Secret',
  });
  const engine = engineOf(rotated);

  test('is evaluated on the whole request', () => {
    expect(engine.judge(request, [secret({ Name: 'b' })], 'admission').decision).toBe('deny');
    expect(engine.judge(request, [secret({ Name: 'b' }), schedule], 'admission').decision).toBe('allow');
  });

  test('is not evaluated at the call, where the resource is alone', () => {
    expect(engine.judge(request, [secret({ Name: 'b' })], 'call').decision).toBe('allow');
  });

  test('leaves nothing open, because nothing would evaluate it again', () => {
    const { violations, pending } = engine.judge(request, [secret({ Name: { Ref: 'Other' } })], 'admission');
    expect(pending).toEqual([]);
    expect(violations[0]?.message).toMatch(/Properties.Name must be known when asked for/);
  });
});

describe('suppressions in metadata', () => {
  const metadata: JsonObject[] = [
    { guard: { SuppressedRules: ['RULE'] } },
    { guard: { SuppressedRules: [{ RULE: 'because' }] } },
    { guard: { SuppressedRules: ['W1'] } },
    { cfn_nag: { rules_to_suppress: [{ id: 'W1', reason: 'because' }] } },
    { 'cfn-nag': { rules_to_suppress: [{ id: 'W1' }] } },
  ];
  const bundle = bundleOf({ 'a.cedar': named.replace('@id', '@aliases("F9, W1") @id') });

  test.each(metadata)('have no effect by default: %j', (one) => {
    const excused = { ...bucket({ BucketName: 'bad' }), metadata: one };
    expect(createEngine(bundle, lookup).judge(request, [excused], 'call').decision).toBe('deny');
  });

  test.each(metadata)('exempt a resource where they are allowed: %j', (one) => {
    const excused = { ...bucket({ BucketName: 'bad' }), metadata: one };
    const engine = createEngine(bundle, lookup, { honorSuppressions: true });
    expect(engine.judge(request, [excused], 'call').decision).toBe('allow');
    expect(engine.applicable(request, [excused])).toEqual([]);
    expect(engine.applicable(request, [bucket({})])).toEqual(['RULE']);
  });

  test('exempt a resource only from the rules they name', () => {
    const metadata = { guard: { SuppressedRules: [{ OTHER: 'because' }, 'W2', 7, null] } };
    const engine = createEngine(bundle, lookup, { honorSuppressions: true });
    const excused = { ...bucket({ BucketName: 'bad' }), metadata };
    expect(engine.judge(request, [excused], 'call').decision).toBe('deny');
  });
});
