import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { everythingKept } from '../machines/everything-kept.ts';
import { loggedBy } from '../machines/log-lines.ts';
import { speak } from '../machines/people.ts';
import { manifest, openPlayground, type Playground } from '../machines/playground.ts';

/** A value that may only be in the cloud it is sent to. It contains characters that escaping and encoding change. */
const canary = 'canary "0451" \\ é';
const spellings = [
  canary,
  JSON.stringify(canary).slice(1, -1),
  JSON.stringify(JSON.stringify(canary)).slice(3, -3),
  Buffer.from(canary).toString('base64').replace(/=+$/, ''),
  encodeURIComponent(canary),
];

let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
  for (const scope of ['kept', 'lost', 'echoed']) play.world.services.secrets.add(`dev/${scope}/db`, canary);
  play.world.services.ssm.add('/dev/kept/token', { type: 'SecureString', value: canary });
});
afterAll(() => play.close());

const reference = (scope: string) => `{{resolve:secretsmanager:dev/${scope}/db}}`;
const body = (scope: string, storage: number) =>
  manifest(
    scope,
    `Parameters: { Password: { Type: String, NoEcho: true, MinLength: 8 } }
Resources:
  Database:
    Type: AWS::RDS::DBInstance
    Properties: { Engine: postgres, AllocatedStorage: "${storage}", MasterUsername: !Ref Password, MasterUserPassword: !Ref Password }
  Stream:
    Type: AWS::KinesisFirehose::DeliveryStream
    DependsOn: [Database]
    Properties:
      DeliveryStreamName: ${scope}-stream
      SplunkDestinationConfiguration:
        HECEndpoint: https://splunk.example.com
        HECEndpointType: Raw
        HECToken: !Ref Password
        HECAcknowledgmentTimeoutInSeconds: ${storage * 10}
        S3Configuration: { BucketARN: arn:aws:s3:::${scope}, RoleARN: arn:aws:iam::111111111111:role/${scope} }
Outputs: { Secret: { Value: !Ref Password } }
`,
  );
const submit = (id: string, scope: string, storage: number) =>
  play.submit(id, body(scope, storage), { parameters: { Password: reference(scope) } });

async function placesWithCanary(): Promise<string[]> {
  const kept = await everythingKept(play);
  expect(kept.length).toBeGreaterThan(30);
  return kept
    .filter(([, text]) => spellings.some((spelling) => text.includes(spelling)))
    .map(([where]) => where);
}

const live = () => JSON.stringify(play.world.services.cloudControl.store.list());

describe('the value of a secret is only in the cloud', () => {
  test('after it was created', async () => {
    expect(await submit('kept-1', 'kept', 20)).toMatchObject({ status: 'Completed' });
    expect(live()).toContain(JSON.stringify(canary));
    expect(await placesWithCanary()).toEqual([]);
  });

  test('after an update', async () => {
    expect(await submit('kept-2', 'kept', 30)).toMatchObject({ status: 'Completed' });
    expect(await placesWithCanary()).toEqual([]);
  });

  test('after an update that failed with its value in the error and was rolled back', async () => {
    play.faults(({ type, operation, properties }) =>
      type === 'AWS::KinesisFirehose::DeliveryStream' &&
      operation === 'UPDATE' &&
      JSON.stringify(properties).includes(':400')
        ? { errorCode: 'InvalidRequest', message: `refused: ${JSON.stringify(properties)}` }
        : undefined,
    );
    expect(await submit('kept-3', 'kept', 40)).toMatchObject({ status: 'RolledBack' });
    play.faults(() => undefined);
    expect(await placesWithCanary()).toEqual([]);
  });

  test('after a creation that failed with its value in the error', async () => {
    play.faults(({ type, properties }) =>
      type === 'AWS::KinesisFirehose::DeliveryStream'
        ? { errorCode: 'InvalidRequest', message: `refused: ${canary} ${JSON.stringify(properties)}` }
        : undefined,
    );
    expect(await submit('lost-1', 'lost', 20)).toMatchObject({ status: 'RolledBack' });
    play.faults(() => undefined);
    expect(await placesWithCanary()).toEqual([]);
  });

  test('after a reference to a key of a secret that is not JSON', async () => {
    const document = body('echoed', 20);
    const parameters = { Password: '{{resolve:secretsmanager:dev/echoed/db:SecretString:password}}' };
    expect(await play.submit('echoed-1', document, { parameters })).toMatchObject({ status: 'RolledBack' });
    expect(await placesWithCanary()).toEqual([]);
  });

  test('after every resource is deleted', async () => {
    const empty = manifest('kept', 'Resources: { Left: { Type: AWS::SQS::Queue, Properties: {} } }');
    await play.submit('kept-4', empty);
    expect(await placesWithCanary()).toEqual([]);
  });
});

describe('the front door rejects a plain-text secret before it is stored anywhere', () => {
  const text = JSON.stringify(canary);
  const encoded = Buffer.from(canary).toString('base64');
  const [half, rest] = [canary.slice(0, 9), canary.slice(9)].map((part) => JSON.stringify(part));
  const database = (password: string, scope = 'doored') =>
    manifest(
      scope,
      `Resources: { D: { Type: AWS::RDS::DBInstance, Properties: { MasterUserPassword: ${password} } } }`,
    );
  const looped = (inner: string) =>
    manifest(
      'doored',
      `Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Outer:
    - X
    - [a]
    - Fn::ForEach::Inner: [Y, [b], { "D\${X}\${Y}": ${inner} }]
`,
    );
  const given: [what: string, document: string, parameters?: JsonObject][] = [
    ['a NoEcho parameter', body('doored', 20), { Password: canary }],
    ['a NoEcho parameter with the wrong type', body('doored', 20), { Password: [{ secret: canary }] }],
    ['its default', body('doored', 20).replace('MinLength: 8', `Default: ${text}`)],
    [
      'a parameter that is not declared',
      database('{{resolve:secretsmanager:dev/doored/db}}'),
      { pw: canary },
    ],
    ['a sensitive property', database(text)],
    ['one of the wrong form', database(`{ a: [${text}] }`)],
    ['Fn::Sub', database(`!Sub ${text}`)],
    ['Fn::Join', database(`!Join ['', [${half}, ${rest}]]`)],
    ['Fn::Base64', database(`{ 'Fn::Base64': ${text} }`)],
    ['already encoded', database(encoded)],
    ['a branch that is not chosen', database(`!If [No, ${text}, !Ref AWS::NoValue]`)],
    ['nested loops', looped(`{ Type: AWS::RDS::DBInstance, Properties: { MasterUserPassword: ${text} } }`)],
    ['an unreadable document', `${database(text)}\n]`],
    ['together with another mistake', database(text).replace('owner: tests', 'onwer: tests')],
  ];
  for (const [index, [what, document, parameters = {}]] of given.entries())
    test(what, async () => {
      const request = { requestId: `door-${index}`, file: 'story.yaml', document, parameters };
      const { status, body: answer } = await speak(play, 'olga', '/requests', request);
      await play.world.clock.quiet();
      expect(status).toBe(400);
      expect(spellings.filter((spelling) => JSON.stringify(answer).includes(spelling))).toEqual([]);
      expect(await play.ending(`door-${index}`)).toEqual({});
      expect(await placesWithCanary()).toEqual([]);
    });

  test('by reference: only the object that the sender uploaded contains it', async () => {
    const documentReference = await play.deployment.upload(database(text));
    const answer = await speak(play, 'olga', '/requests', { documentReference });
    expect(answer).toMatchObject({ status: 400, code: 'SecretLiteral' });
    const parametersToo = { Password: canary };
    const second = await speak(play, 'olga', '/requests', {
      documentReference: await play.deployment.upload(body('doored', 20)),
      parameters: parametersToo,
    });
    expect(second).toMatchObject({ status: 400, code: 'SecretLiteral' });
    // A document that would never be applied, next to one without a secret.
    const beside = await speak(play, 'olga', '/requests', {
      documentReference: await play.deployment.upload(body('doored', 20)),
      document: database(text),
    });
    expect(beside).toMatchObject({ status: 400, code: 'InvalidRequest' });
    await play.world.clock.quiet();
    expect(await placesWithCanary()).toEqual([`object ${documentReference.key}`]);
  });

  test("does not read one of Baton's own documents for a sender", async () => {
    const documentReference = { key: 'documents/x.json', sha256: 'a'.repeat(64) };
    expect(await speak(play, 'olga', '/requests', { documentReference })).toMatchObject({
      status: 400,
      code: 'MissingDocument',
    });
    expect(play.world.authorizer.denials).toEqual([]);
  });
});

describe('rejects a plain-text secret without repeating it', () => {
  const given: [what: string, document: string, parameters: JsonObject][] = [
    ['a value', body('plain', 20), { Password: canary }],
    [
      'one that is too short',
      body('plain', 20).replace('MinLength: 8', 'MinLength: 99'),
      { Password: canary },
    ],
    [
      'one that does not match',
      body('plain', 20).replace('MinLength: 8', 'AllowedPattern: "[a-z]+"'),
      { Password: canary },
    ],
    ['one of the wrong form', body('plain', 20), { Password: { secret: canary } }],
    [
      'a property',
      manifest(
        'plain',
        `Resources: { D: { Type: AWS::RDS::DBInstance, Properties: { MasterUserPassword: ${JSON.stringify(canary)} } } }`,
      ),
      {},
    ],
    [
      'a property of the wrong form',
      manifest(
        'plain',
        `Resources: { D: { Type: AWS::RDS::DBInstance, Properties: { MasterUserPassword: { a: ${JSON.stringify(canary)} } } } }`,
      ),
      {},
    ],
  ];
  for (const [index, [what, document, parameters]] of given.entries())
    test(what, async () => {
      expect(await play.submit(`plain-${index}`, document, { parameters })).toMatchObject({
        status: 'Rejected',
      });
      // The sender already has what it put on the bus, and it is the input of the execution that it starts.
      const places = (await placesWithCanary()).filter(
        (where) => !/^an event$|:execution:|:express:|^object requests\//.test(where),
      );
      expect(places).toEqual([]);
    });
});

describe('no log line of a function holds a value of a request, secret or not', () => {
  const value = 'plain-0452';
  const queue = (properties: string) =>
    manifest(
      'logged',
      `Parameters: { Label: { Type: String, Default: none } }
Resources: { Topic: { Type: AWS::SNS::Topic, Properties: ${properties} } }`,
    ).replace('a story', `because of ${value}`);
  const good = queue(`{ DisplayName: ${value}, Tags: [{ Key: label, Value: !Ref Label }] }`);
  const refusing = (code: string) =>
    play.faults(({ properties }) => ({ errorCode: code, message: `refused: ${JSON.stringify(properties)}` }));
  const attempts: [what: string, attempt: () => Promise<unknown>][] = [
    ['that completes', () => play.submit('logged-1', good, { parameters: { Label: value } })],
    [
      'refused by the provider, and rolled back',
      async () => {
        refusing('InvalidRequest');
        await play.submit('logged-2', good.replace(`DisplayName: ${value}`, `DisplayName: ${value}-new`));
        play.faults(() => undefined);
      },
    ],
    ['rejected because of a value', () => play.submit('logged-3', queue(`{ FifoTopic: ${value} }`))],
    ['rejected because of a name', () => play.submit('logged-4', queue(`{ ${value}: 1 }`))],
    ['that is unreadable', () => play.submit('logged-5', `${good}\n] ${value}`)],
    ['with an unknown header field', () => play.submit('logged-6', good, { [value]: value })],
    [
      'to the front door in an invalid form',
      () => speak(play, 'olga', '/requests', { [value]: value, document: 1 }),
    ],
    ['to the front door at an unknown path', () => speak(play, 'olga', `/${value}`, { document: value })],
    ['canceled with a reason', () => play.cancel('logged-1', value)],
    ...directly(),
  ];
  for (const [index, [what, attempt]] of attempts.entries())
    test(`a request ${what}`, async () => {
      const before = loggedBy(play.world).text.length;
      await attempt();
      await play.world.clock.quiet();
      const { text } = loggedBy(play.world);
      expect(text.length, `${index}: it was logged`).toBeGreaterThan(before);
      expect(text).not.toContain(value);
    });

  /** Inputs that no state sends: each handler refuses what it can not read. */
  function directly(): [what: string, attempt: () => Promise<unknown>][] {
    const wrong = {
      requestId: [value],
      runId: { value },
      event: value,
      detail: value,
      request: value,
      input: value,
    };
    return ['admit', 'plan-change', 'pump', 'settle', 'find-requests', 'front-door', 'record-failure'].map(
      (name) => [
        `in another form than ${name} takes`,
        () => play.world.services.lambda.invoke(`baton-${name}`, JSON.stringify(wrong)),
      ],
    );
  }

  test('and a state that is retried says how often, with the error of each attempt', async () => {
    const { authorizer, services } = play.world;
    const check = authorizer.check.bind(authorizer);
    const target = services.lambda.find('baton-find-window');
    const invoke = target.invoke.bind(target);
    const payloads: string[] = [];
    target.invoke = async (payload, requestId) => {
      payloads.push(payload);
      if (payloads.length === 1)
        authorizer.check = (caller, permission) => ({
          caller: caller.arn,
          ...permission,
          reason: 'for a moment',
        });
      const result = await invoke(payload, requestId);
      authorizer.check = check;
      return result;
    };
    await play.submit('retried-1', good.replace('logged', 'retried'));
    target.invoke = invoke;
    const lines = loggedBy(play.world).lines.filter(
      ({ function: name, requestId }) => name === 'find-window' && requestId === 'retried-1',
    );
    expect(lines).toMatchObject([
      {
        retries: 0,
        outcome: 'error',
        error: expect.stringContaining('AccessDenied'),
        Errors: 1,
        state: 'FindWindow',
      },
      { retries: 1, outcome: 'ok', window: 'Open', Errors: 0 },
    ]);
  });

  const withoutScope = [
    ...['perform', 'record-failure', 'find-requests', 'review-changes', 'seal-ledger', 'evaluate-scaling'],
    ...['front-door', 'decision-door'],
  ];
  test('and every function that ran logged what it did, in one line each time', () => {
    const { lines, runtime } = loggedBy(play.world);
    const functions = new Set(lines.map((line) => line.function));
    expect(functions.size).toBeGreaterThanOrEqual(20);
    expect(lines.filter(({ outcome, error }) => (outcome === 'ok') !== (error === undefined))).toEqual([]);
    // What the runtime writes of itself stands for a handler that failed.
    expect(runtime.length).toBe(lines.filter(({ outcome }) => outcome === 'error').length);
    const states = lines.filter(({ function: name }) => name === 'close-run');
    expect(states[0]).toMatchObject({
      ...{ state: 'CloseRun', retries: 0, runId: expect.stringContaining('kept-1-run-'), scope: 'dev/kept' },
      execution: expect.stringMatching(/:execution:baton-apply-plan:kept-1-run-/),
    });
    const scopeless = lines.filter(
      ({ function: name, outcome, status, scope }) =>
        // These know no scope: what they read has none, or they work on many. A rejected request has none yet.
        !withoutScope.includes(String(name)) &&
        outcome === 'ok' &&
        status !== 'Rejected' &&
        scope === undefined,
    );
    expect(scopeless.map(({ function: name, requestId, runId }) => ({ name, requestId, runId }))).toEqual([]);
  });
});
