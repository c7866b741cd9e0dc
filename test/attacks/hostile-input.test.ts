import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvalidInput } from '../../lib/model/errors.ts';
import { fitsWildcard } from '../../lib/model/wildcard.ts';
import { readAsItStands, readManifest } from '../../lib/request/manifest.ts';
import { manifest, openPlayground, type Playground, queueAndTopic } from '../machines/playground.ts';

/** Input that is meant to crash or hang the program, or that has a special meaning to it. */
let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(async () => {
  expect(play.world.internalErrors).toEqual([]);
  await play.close();
});

const nested = (levels: number, open: string, close: string, core: string) =>
  open.repeat(levels) + core + close.repeat(levels);
const letters = JSON.stringify([...'abcdefghijklmnopqrst']);
const loops = (depth: number, core: string): string =>
  Array.from({ length: depth }).reduceRight<string>(
    (inner, _, level) => `{"Fn::ForEach::L${level}": ["V${level}", ${letters}, ${inner}]}`,
    core,
  );
const queue = (properties: string) =>
  `{"Resources": {"A": {"Type": "AWS::SQS::Queue", "Properties": ${properties}}}}`;
const pattern = (allowed: string, value: string) =>
  JSON.stringify({
    Parameters: { P: { Type: 'String', AllowedPattern: allowed, Default: value } },
    Resources: { A: { Type: 'AWS::SQS::Queue' } },
  });
const as = 'a'.repeat(60);

/** Each is rejected within a second with a problem that says what is wrong. */
const refused: Record<string, [text: string, code: string]> = {
  'nested functions': [
    queue(`{"QueueName": ${nested(1000, '{"Fn::Join": ["", ["a", ', ']]}', '"b"')}}`),
    'TooDeep',
  ],
  'lists in lists': [queue(`{"Tags": ${nested(3000, '[', ']', '')}}`), 'TooDeep'],
  'lists nested too deeply for a parser': [queue(`{"Tags": ${nested(200_000, '[', ']', '')}}`), 'TooDeep'],
  'flow lists of YAML': [`Resources:\n  A: ${nested(5000, '[', ']', '')}\n`, 'TooDeep'],
  'indentation of YAML': [
    `Resources:\n${Array.from({ length: 400 }, (_, level) => `${' '.repeat(level + 1)}a:`).join('\n')} b\n`,
    'TooDeep',
  ],
  'nested loops': [
    `{"Transform": "AWS::LanguageExtensions", "Resources": ${loops(5, '{"X${V0}${V1}${V2}${V3}${V4}": {"Type": "AWS::SQS::Queue"}}')}}`,
    'ExpandsTooFar',
  ],
  'loops in properties': [queue(loops(6, '{"X${V0}${V1}${V2}${V3}${V4}${V5}": "a"}')), 'ExpandsTooFar'],
  'nested encodings': [
    queue(`{"QueueName": ${nested(90, '{"Fn::Base64": ', '}', JSON.stringify('x'.repeat(1000)))}}`),
    'ExpandsTooFar',
  ],
  'nested JSON texts': [
    queue(`{"QueueName": ${nested(60, '{"Fn::ToJsonString": [', ']}', '"\\\\"')}}`),
    'ExpandsTooFar',
  ],
  'a mapping that is used repeatedly': [
    JSON.stringify({
      Mappings: { M: { a: { b: Array.from({ length: 20_000 }, () => 'x'.repeat(100)) } } },
      Resources: {
        A: {
          Type: 'AWS::SQS::Queue',
          Properties: { Tags: Array.from({ length: 2000 }, () => ({ 'Fn::FindInMap': ['M', 'a', 'b'] })) },
        },
      },
    }),
    'ExpandsTooFar',
  ],
  'nested repetitions in a pattern': [pattern('(a+)+b', as), 'Parameter'],
  'equal alternatives in a pattern': [pattern('(a|a)*b', as), 'Parameter'],
  'equal adjacent repetitions in a pattern': [pattern(`${'a*'.repeat(30)}b`, as), 'Parameter'],
  'a backreference': [pattern('(a*)*\\1b', as), 'Parameter'],
  'a key __proto__': [queue('{"__proto__": {"QueueName": "evil"}}'), 'ReservedKey'],
  'a resource named __proto__': ['{"Resources": {"__proto__": {"Type": "AWS::SQS::Queue"}}}', 'ReservedKey'],
  'a resource named constructor': [
    '{"Resources": {"constructor": {"Type": "AWS::SQS::Queue"}}}',
    'ReservedKey',
  ],
  'a mapping named prototype': [
    '{"Mappings": {"prototype": {"a": {"b": "c"}}}, "Resources": {"A": {"Type": "AWS::SQS::Queue"}}}',
    'ReservedKey',
  ],
  'a parameter named constructor in YAML': [
    'Parameters:\n  constructor: { Type: String }\nResources:\n  A: { Type: AWS::SQS::Queue }\n',
    'ReservedKey',
  ],
  'a key __proto__ deep in YAML': [
    'Resources:\n  A:\n    Type: AWS::SQS::Queue\n    Properties:\n      RedrivePolicy:\n        "__proto__": { a: b }\n',
    'ReservedKey',
  ],
  'half a character': [queue('{"QueueName": "\\ud800"}'), 'NotUnicode'],
  'an unpaired surrogate as a key': [queue('{"\\udc00": "a"}'), 'NotUnicode'],
  'an environment that is an object': [
    'environment: { toString: 1, valueOf: 1 }\nResources:\n  A: { Type: AWS::SQS::Queue }\n',
    'Header',
  ],
  'an attribute that is an object': [
    queue('{"QueueName": {"Fn::GetAtt": ["A", {"toString": 1}]}}'),
    'FunctionArguments',
  ],
  'a condition that is an object': [
    queue('{"QueueName": {"Fn::If": [{"Fn::Equals": ["a", "a"]}, "a", "b"]}}'),
    'FunctionArguments',
  ],
  'UTF-16': [`\uFFFD\uFFFD${[...'Resources:'].join('\0')}\0`, 'Encoding'],
};

describe('rejects within a second', () => {
  for (const [index, [what, [text, code]]] of Object.entries(refused).entries())
    test(what, async () => {
      const header = { environment: 'dev', service: `hostile-${index}`, owner: 'tests', reason: 'a story' };
      const requestId = `hostile-${index}`;
      const started = performance.now();
      const large = Buffer.byteLength(text) > 40_000;
      const document = large ? { documentReference: await play.deployment.upload(text) } : { document: text };
      await play.deployment.putEvent('Infrastructure Request', {
        requestId,
        file: 'a.yaml',
        header,
        ...document,
      });
      await play.world.clock.quiet();
      const request = await play.deployment.ledger.request(requestId);
      expect(request).toMatchObject({ status: 'Rejected' });
      expect(request.problems?.map((problem) => problem.code)).toContain(code);
      // Includes the state machine. Other tests use the same computer.
      expect(performance.now() - started).toBeLessThan(5000);
    });

  test('and does not delay the next request', async () => {
    const end = await play.submit('after-r', queueAndTopic('after'));
    expect(end).toMatchObject({ status: 'Completed' });
    expect(({} as Record<string, unknown>).QueueName).toBeUndefined();
  });
});

describe('rejects hostile values outside the document', () => {
  const beside: Record<string, string> = {
    'parameters.constructor': '{"parameters": {"constructor": {"a": 1}}}',
    'header.constructor': '{"header": {"constructor": "x"}}',
    'imports.prototype': '{"imports": {"prototype": "x"}}',
    'parameters nested too deeply': `{"parameters": {"P": ${nested(300, '[', ']', '')}}}`,
    'half a character': '{"parameters": {"P": "\\ud800"}}',
  };
  for (const [index, [what, more]] of Object.entries(beside).entries())
    test(what, async () => {
      const requestId = `beside-${index}`;
      const detail = { requestId, document: queueAndTopic(requestId), ...JSON.parse(more) };
      const event = { id: requestId, source: 'ci', account: '111111111111', region: 'us-east-1', detail };
      await play.startByHand('govern-request', { ...event, 'detail-type': 'Infrastructure Request' });
      const request = await play.deployment.ledger.findRequest(requestId);
      expect(request).toMatchObject({ status: 'Rejected' });
    });
});

test('applies the same limits to documents evaluated as written', () => {
  for (const [text] of [
    refused['lists in lists'],
    refused['a key __proto__'],
    refused['flow lists of YAML'],
  ] as [string, string][])
    expect(() => readAsItStands(text, 'a.yaml')).toThrow(InvalidInput);
});

test('ignores a byte order mark', () => {
  expect(readManifest(`\uFEFF${queue('{}')}`, 'bom.json').document).toHaveProperty('Resources');
});

test('matches wildcards in a request quickly', () => {
  const started = performance.now();
  expect(fitsWildcard(`${'*a'.repeat(120)}b`, 'a'.repeat(5000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(1000);
  const cases: [string, string, boolean][] = [
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['a*', 'abc', true],
    ['*c', 'abc', true],
    ['a*c', 'abbc', true],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'acb', false],
    ['a.c', 'abc', false],
    ['**', 'x', true],
    ['AWS::S3::*', 'AWS::S3::Bucket', true],
    ['*ab', 'aab', true],
    ['a*a', 'a', false],
  ];
  for (const [given, text, wanted] of cases)
    expect([given, text, fitsWildcard(given, text)]).toEqual([given, text, wanted]);
});

describe('an export', () => {
  const exporting = (scope: string, environment: string, name: string) =>
    manifest(
      scope,
      `Resources:\n  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: ${scope} } }\nOutputs:\n  Name: { Value: !GetAtt Queue.Arn, Export: { Name: ${name} } }\n`,
    ).replace('environment: dev', `environment: ${environment}`);
  const importing = (scope: string, name: string) =>
    manifest(
      scope,
      `Resources:\n  Topic: { Type: AWS::SNS::Topic, Properties: { DisplayName: !ImportValue ${name} } }\n`,
    );

  test('is not visible to another environment', async () => {
    const before = await play.deployment.inventory.exports({
      account: '111111111111',
      region: 'us-east-1',
      environment: 'dev',
    });
    await play.deployment.inventory.putExport(
      { account: '111111111111', region: 'us-east-1', environment: 'prod' },
      { name: 'secret-queue', value: 'arn:prod', scope: 'prod/x', requestId: 'r' },
    );
    expect(await play.submit('peek-r', importing('peek', 'secret-queue'))).toMatchObject({
      status: 'Rejected',
    });
    expect(before.map(({ name }) => name)).not.toContain('secret-queue');
  });

  test('can have the same name as one in another environment', async () => {
    expect(await play.submit('own-r', exporting('own', 'dev', 'secret-queue'))).toMatchObject({
      status: 'Completed',
    });
    expect(await play.submit('use-r', importing('use', 'secret-queue'))).toMatchObject({
      status: 'Completed',
    });
    const [topic] = await play.assets('use');
    expect(JSON.stringify(topic?.attributes)).toContain(':own');
  });
});
