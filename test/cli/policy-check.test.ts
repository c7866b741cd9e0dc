import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CheckReport, checkReport } from '../../lib/client/reports/policy.ts';
import { baton } from './support.ts';

const directory = mkdtempSync(join(tmpdir(), 'check-'));
const template = (properties: string, metadata = '') =>
  `Resources:\n  Uploads:\n    Type: AWS::S3::Bucket\n${metadata}    Properties:\n      ${properties}\n`;
const suppressed = `    Metadata:\n      guard: { SuppressedRules: [S3_BUCKET_VERSIONING_ENABLED] }\n`;

const files: Record<string, string> = {
  'good.yaml': template('VersioningConfiguration: { Status: Enabled }'),
  'bad.yaml': template('BucketName: a'),
  'open.yaml': `Parameters: { State: { Type: String } }\n${template('VersioningConfiguration: { Status: !Ref State }')}`,
  'suppressed.yaml': template('BucketName: a', suppressed),
  'other.json': '{"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}',
  'manifest.yaml': `baton: v1\nenvironment: nowhere\n${template('BucketName: !Undefined x')}`,
  'folder/bad.template': template('BucketName: a'),
  'folder/deeper/other.yml': 'Resources: {}\n',
  'folder/package.json': '{"name": "no template"}',
  'folder/values.yaml': '{{ helm }}: [',
  'folder/.hidden/bad.yaml': template('BucketName: a'),
  'folder/node_modules/bad.yaml': template('BucketName: a'),
  'broken/broken.yaml': 'Resources:\n  A: [\n',
  'broken/good.yaml': template('VersioningConfiguration: { Status: Enabled }'),
  'empty/readme.txt': '',
  'nothing.json': '{}',
  'secret.yaml': `Resources:
  Broker:
    Type: AWS::AmazonMQ::Broker
    Properties:
      Users: [{ Username: a, Password: '{{resolve:secretsmanager:broker:SecretString:password}}' }]
`,
};
const at = (name: string) => join(directory, name);
const rule = 'S3_BUCKET_VERSIONING_ENABLED';
const check = (...args: string[]) => baton(['policy', 'check', ...args, '--pack', 'starter']);

beforeAll(() => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  }
});
afterAll(() => rmSync(directory, { recursive: true }));

async function report(...args: string[]): Promise<CheckReport & { status: number }> {
  const { status, stdout } = await check(...args, '--format', 'json');
  return { status, ...checkReport.parse(JSON.parse(stdout)) };
}

/** Returns the single verdict of a file with a single rule. */
async function verdict(name: string) {
  const { status, files: judged } = await report(at(name), '--rule', rule);
  expect(judged).toHaveLength(1);
  return { status, ...judged[0]?.rules[0] };
}

describe('baton policy check rejects', () => {
  const misuses: [string, string[], RegExp][] = [
    ['a missing file', ['nowhere.yaml'], /nowhere\.yaml can't be read: there is no such file/],
    ['a file that is not YAML', ['broken/broken.yaml'], /broken\.yaml:\d+ not YAML/],
    [
      'a file that is not a template',
      ['folder/package.json'],
      /neither a CloudFormation template.*Resources/,
    ],
    ['a folder without templates', ['empty'], /no template/],
    ['an unknown rule', ['good.yaml', '--rule', 'S3_BUCKET_VERSIONING_ENABLD'], /did you mean/],
    ['an unknown framework', ['good.yaml', '--framework', 'hipa-security'], /did you mean hipaa/],
    ['an unknown environment', ['good.yaml', '--environment', 'prd'], /no environment "prd"/],
    [
      'a format there is none of',
      ['good.yaml', '--format', 'xml'],
      /expected one of text, json, sarif, junit/,
    ],
  ];
  for (const [what, [file = '', ...rest], message] of misuses)
    it(what, async () => {
      const { status, stderr } = await check(at(file), ...rest);
      expect(stderr).toMatch(message);
      expect(status).toBe(2);
    });

  it('a pack that does not exist', async () => {
    const { status, stderr } = await baton(['policy', 'check', at('good.yaml'), '--pack', 'startr']);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(/did you mean starter/) });
  });
});

describe('a rule', () => {
  it('fails for a violation', async () => {
    const message = 'An S3 bucket must enable versioning';
    expect(await verdict('bad.yaml')).toEqual({
      ...{ status: 2, rule, verdict: 'FAIL' },
      violations: [{ resource: 'Uploads', path: 'Properties.VersioningConfiguration.Status', message }],
    });
  });

  it('fails for an unknown value, and names it', async () => {
    const { status, verdict: said, violations } = await verdict('open.yaml');
    expect({ status, said }).toEqual({ status: 2, said: 'FAIL' });
    expect(violations?.[0]?.message).toMatch(/\(not known from this file: .*Status is Ref State\)$/);
  });

  it.each([
    ['good.yaml', 'PASS'],
    ['other.json', 'SKIP'],
    ['suppressed.yaml', 'SKIP'],
    ['folder/deeper/other.yml', 'SKIP'],
    ['nothing.json', 'SKIP'],
  ])('reports for %s: %s', async (name, expected) => {
    expect(await verdict(name)).toEqual({ status: 0, rule, verdict: expected, violations: [] });
  });

  it("is evaluated for resources that can't be provisioned: unknown environments, functions and references", async () => {
    expect((await verdict('manifest.yaml')).verdict).toBe('FAIL');
  });
});

it('a rule is evaluated by itself, unless it is evaluated together with a satisfied alternative', async () => {
  const parameter = 'AMAZON_MQ_BROKER_USERS_USES_SECURE_PARAMETER';
  const said = async (...args: string[]) => {
    const { stdout } = await baton(['policy', 'check', at('secret.yaml'), '--format', 'json', ...args]);
    const { files: judged } = checkReport.parse(JSON.parse(stdout));
    return judged[0]?.rules.find((one) => one.rule === parameter)?.verdict;
  };
  expect(await said()).toBe('FAIL');
  expect(await said('--rule', parameter)).toBe('FAIL');
  expect(await said('--pack', 'aws')).toBe('PASS');
});

describe('files', () => {
  it("are evaluated even if others can't be read", async () => {
    const { status, files: judged } = await report(at('broken'));
    expect(judged.map(({ file }) => file)).toEqual([at('broken/good.yaml')]);
    expect(status).toBe(2);
  });

  it('of a folder are its templates: no hidden, installed or other files', async () => {
    const { files: judged } = await report(at('folder'));
    expect(judged.map(({ file }) => file)).toEqual([
      at('folder/bad.template'),
      at('folder/deeper/other.yml'),
    ]);
  });

  it('are evaluated with all selected rules, each with a verdict', async () => {
    const { files: judged } = await report(at('bad.yaml'), at('other.json'));
    for (const { rules } of judged) {
      expect(rules).toHaveLength(31);
      expect(rules.map((one) => one.rule)).toEqual(rules.map((one) => one.rule).toSorted());
    }
  });

  it('are evaluated with the rules of a framework', async () => {
    const { files: judged } = await report(at('bad.yaml'), '--framework', 'cis-aws-benchmark-level-1');
    const ids = judged[0]?.rules.map((one) => one.rule) ?? [];
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.length).toBeLessThan(20);
  });
});

describe('in the text format', () => {
  it('a violation has its line, its path and a remedy', async () => {
    const { stdout } = await check(at('bad.yaml'), '--rule', rule);
    expect(stdout.split('\n')).toEqual([
      `${at('bad.yaml')}: 1 FAIL, 0 PASS, 0 SKIP`,
      `  FAIL ${rule} (medium)`,
      `       ${at('bad.yaml')}:4  Uploads.Properties.VersioningConfiguration.Status`,
      '         An S3 bucket must enable versioning',
      '       Set VersioningConfiguration.Status to Enabled',
      '',
      '1 file: 1 FAIL, 0 PASS, 0 SKIP',
    ]);
  });

  it('a suppression is shown', async () => {
    const { stdout } = await check(at('suppressed.yaml'));
    expect(stdout).toContain(`suppressed ${rule}  Uploads: without a reason`);
  });
});

it('in JUnit, verdicts are cases of a suite, and text is escaped', async () => {
  writeFileSync(at('odd.yaml'), template('VersioningConfiguration: { Status: !GetAtt "<a>&\\u0001.b" }'));
  const { stdout } = await check(at('odd.yaml'), '--rule', rule, '--format', 'junit');
  const [, head, suite, one] = stdout.split('\n');
  expect(head).toBe('<testsuites name="baton policy check" tests="1" failures="1" errors="0" skipped="0">');
  expect(suite).toBe(`  <testsuite name="${at('odd.yaml')}" tests="1" failures="1" errors="0" skipped="0">`);
  expect(one).toContain(`<testcase classname="${at('odd.yaml')}" name="${rule}"`);
  expect(stdout).toContain('Fn::GetAtt &lt;a&gt;&amp;.b');
  expect(stdout).not.toMatch(/&(?!(amp|lt|gt|quot);)/);
  expect(stdout).not.toContain('\u0001');
});

describe('in SARIF', () => {
  interface Log {
    version: string;
    runs: [
      {
        tool: { driver: { rules: { id: string; properties: Record<string, string> }[] } };
        invocations: [{ executionSuccessful: boolean; toolExecutionNotifications: unknown[] }];
        results: {
          ruleId: string;
          ruleIndex: number;
          level: string;
          message: { text: string };
          locations: [
            { physicalLocation: { artifactLocation: { uri: string }; region: { startLine: number } } },
          ];
          partialFingerprints: { primaryLocationLineHash: string };
          suppressions?: { kind: string }[];
        }[];
      },
    ];
  }
  async function log(...args: string[]): Promise<Log['runs'][0]> {
    const { stdout } = await check(...args, '--format', 'sarif');
    const { version, runs } = JSON.parse(stdout) as Log;
    expect(version).toBe('2.1.0');
    expect(runs).toHaveLength(1);
    return runs[0];
  }

  it('each result has its rule, its line and its fingerprint', async () => {
    const { tool, results } = await log('test/cli/fixtures/denied.yaml');
    expect(results.length).toBeGreaterThan(0);
    for (const { ruleId, ruleIndex, level, locations, message } of results) {
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(tool.driver.rules[ruleIndex]?.properties['security-severity']).toMatch(/^\d\.\d$/);
      expect(['error', 'warning', 'note']).toContain(level);
      expect(message.text).not.toBe('');
      const { artifactLocation, region } = locations[0].physicalLocation;
      expect(artifactLocation.uri).toBe('test/cli/fixtures/denied.yaml');
      expect(region.startLine).toBeGreaterThan(1);
    }
    const prints = results.map((one) => one.partialFingerprints.primaryLocationLineHash);
    expect(new Set(prints).size).toBe(prints.length);
  });

  it('a result keeps its fingerprint when its line moves', async () => {
    const before = await log(at('bad.yaml'));
    writeFileSync(at('bad.yaml'), `# moved\n\n${files['bad.yaml']}`);
    const after = await log(at('bad.yaml'));
    const print = ({ results }: typeof before) => results.map((one) => one.partialFingerprints);
    const line = ({ results }: typeof before) =>
      results.map((one) => one.locations[0].physicalLocation.region.startLine);
    expect(print(after)).toEqual(print(before));
    expect(line(after)).toEqual(line(before).map((one) => one + 2));
    writeFileSync(at('bad.yaml'), files['bad.yaml'] ?? '');
  });

  it('a suppression in metadata is a suppressed result', async () => {
    const { results } = await log(at('suppressed.yaml'), '--rule', rule);
    expect(results.map(({ suppressions }) => suppressions)).toEqual([[{ kind: 'inSource' }]]);
  });

  it('an unreadable file is a notification', async () => {
    const { invocations } = await log(at('broken'));
    expect(invocations[0].executionSuccessful).toBe(false);
    expect(invocations[0].toolExecutionNotifications).not.toHaveLength(0);
  });
});
