import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { baton } from './support.ts';

const directory = mkdtempSync(join(tmpdir(), 'packs-'));
afterAll(() => rmSync(directory, { recursive: true }));

const good = `@id("HOUSE_BUCKETS_NAMED") @severity("low") @message("Buckets must be named") @remedy("Name it")
forbid (principal, action, resource is AWS::S3::Bucket)
unless { resource has BucketName };
`;
const bucket = (properties: string) => `{ B: { Type: AWS::S3::Bucket, Properties: ${properties} } }`;
const cases = (...rows: [string, string][]) =>
  rows.map(([wanted, of]) => `- { name: a ${wanted}, expect: ${wanted}, resources: ${of} }\n`).join('');
const all: [string, string][] = [
  ['pass', bucket('{ BucketName: a }')],
  ['fail', bucket('{}')],
  ['skip', '{ Q: { Type: AWS::SQS::Queue, Properties: {} } }'],
];

let count = 0;
/** Creates a pack in its own folder from these files and returns its path. */
function pack(files: Record<string, string>): string {
  const folder = join(directory, `pack${++count}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
const test = (folder: string) => baton(['policy', 'test', folder]);

describe('rejects a pack', () => {
  const broken: [string, string, RegExp][] = [
    [
      'a misspelt property',
      good.replace('BucketName', 'BuketName'),
      /rule\.cedar:3 .*did you mean BucketName/,
    ],
    [
      'a misspelt property only `has` asks for',
      good.replace('unless', 'when').replace('resource has BucketName', '!(resource has Typo)'),
      /no property Typo/,
    ],
    ['an unknown type', good.replace('S3::Bucket', 'S3::Bukket'), /no resource type.*Bukket/],
    [
      'a rule that can never apply',
      good.replace('unless { resource has BucketName }', 'when { false }'),
      /never apply/,
    ],
    [
      'a type no property holds',
      good
        .replace('AWS::S3::Bucket)', 'AWS::Batch::JobDefinition::Timeout)')
        .replace('unless { resource has BucketName }', ''),
      /can ever apply/,
    ],
    ['no message', good.replace(/@message\("[^"]*"\)/, ''), /no @message/],
  ];
  for (const [what, text, message] of broken)
    it(`with ${what}, naming file and line`, async () => {
      const { status, stderr } = await test(pack({ 'rule.cedar': text }));
      expect(stderr).toMatch(/rule\.cedar:\d+ /);
      expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(message) });
    });

  it('with an invalid file of cases, naming the file', async () => {
    for (const text of ['- expect: maybe', '[', '{}']) {
      const { status, stderr } = await test(pack({ 'rule.cedar': good, 'tests/rule.yaml': text }));
      expect({ status, stderr }).toEqual({
        status: 2,
        stderr: expect.stringMatching(/tests\/rule\.yaml (holds no|is no)/),
      });
    }
  });

  it('that does not exist', async () => {
    expect(await test(join(directory, 'nowhere'))).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/no such folder/),
    });
  });
});

describe('baton policy test fails for', () => {
  it('a rule whose result differs from its case', async () => {
    const wrong: [string, string][] = [...all, ['pass', bucket('{ Tags: [] }')]];
    const { status, stdout } = await test(pack({ 'rule.cedar': good, 'tests/rule.yaml': cases(...wrong) }));
    expect(status).toBe(1);
    expect(stdout).toContain('HOUSE_BUCKETS_NAMED  a pass: expected pass, got fail');
  });

  it('a rule without a case that passes, fails or is skipped', async () => {
    for (const [missing] of all) {
      const rest = all.filter(([wanted]) => wanted !== missing);
      const { status, stdout } = await test(pack({ 'rule.cedar': good, 'tests/rule.yaml': cases(...rest) }));
      expect(status).toBe(1);
      expect(stdout).toContain(`has no case to ${missing}`);
    }
  });

  it('cases without a rule', async () => {
    const files = { 'rule.cedar': good, 'tests/rule.yaml': cases(...all), 'tests/gone.yaml': cases(...all) };
    expect(await test(pack(files))).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/gone\.yaml belongs to no rule/),
    });
  });
});

it('passes for the pack that new environments start with', async () => {
  expect(await test('starter')).toMatchObject({ status: 0, stderr: '' });
});

it('tests, evaluates, lists and explains a custom pack like any other', async () => {
  const further: [string, string] = [
    'skip',
    '{ T: { Type: AWS::SNS::Topic, Properties: { TopicName: !x y } } }',
  ];
  const folder = pack({ 'deep/rule.cedar': good, 'tests/deep/rule.yaml': cases(...all, further) });
  expect(await test(folder)).toMatchObject({
    status: 0,
    stdout: `${folder}: 1 rule, 4 cases, all as expected`,
  });
  writeFileSync(join(directory, 'bad.yaml'), `Resources: ${bucket('{}')}\n`);
  const checked = await baton(['policy', 'check', join(directory, 'bad.yaml'), '--pack', folder]);
  expect(checked).toMatchObject({
    status: 2,
    stdout: expect.stringContaining('FAIL HOUSE_BUCKETS_NAMED (low)'),
  });
  const listed = await baton(['policy', 'list', '--pack', folder, '--format', 'json']);
  expect(JSON.parse(listed.stdout)).toMatchObject({
    rules: [{ rule: 'HOUSE_BUCKETS_NAMED', types: ['AWS::S3::Bucket'] }],
  });
});

it('explains a rule with what it evaluates, the controls it supports and its text', async () => {
  const { status, stdout } = await baton(['policy', 'explain', 'incoming_ssh_disabled']);
  expect(status).toBe(0);
  for (const part of [
    'INCOMING_SSH_DISABLED (high, pack starter)',
    'AWS::EC2::SecurityGroup::Ingress',
    'openToWorld: The security group rule',
    'hipaa-security (HIPAA',
    '@id("INCOMING_SSH_DISABLED")',
  ])
    expect(stdout).toContain(part);
  const unknown = await baton(['policy', 'explain', 'INCOMING_SSH_DISABLD']);
  expect(unknown).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/did you mean "INCOMING_SSH_DISABLED"/),
  });
});

it('lists rules by framework, with the controls they support', async () => {
  const { status, stdout } = await baton(['policy', 'list', '--framework', 'cis-aws-benchmark-level-1']);
  expect(status).toBe(0);
  const [head = '', ...rows] = stdout.split('\n');
  expect(head).toMatch(/^Rule +Severity +Pack +Controls$/);
  expect(rows.at(-1)).toBe(`${rows.length - 1} rules`);
  expect(rows.slice(0, -1).every((row) => /\d\.\d/.test(row))).toBe(true);
});
