import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { manifest, openPlayground, type Playground, queueAndTopic } from './playground.ts';

let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
beforeEach(() => play.deliveries({}));
afterAll(() => play.close());

describe('events are delivered at least once and in any order', () => {
  const executionsOf = (machine: string) =>
    [...play.world.services.stepFunctions.executions.values()].filter(
      ({ stateMachineName, mapRunArn }) => stateMachineName === `baton-${machine}` && !mapRunArn,
    );

  it('one event put ten times starts one run', async () => {
    const runs = executionsOf('apply-plan').length;
    for (let time = 0; time < 10; time += 1) await play.put('ten-r', queueAndTopic('ten'));
    await play.world.clock.quiet();
    expect(await play.ending('ten-r')).toMatchObject({ status: 'Completed' });
    expect(executionsOf('apply-plan').length).toBe(runs + 1);
    expect(play.calls.length).toBe(2);
    expect(await play.findings('ten', 'ten-r')).toEqual([]);
  });

  it('an event without a request id, delivered three times, is one request: that of the event', async () => {
    play.deliveries({ copies: () => 3 });
    const { deployment, world } = play;
    const calls = play.calls.length;
    await deployment.putEvent('Infrastructure Request', { document: queueAndTopic('unnamed') });
    await world.clock.quiet();
    const [asset] = await play.assets('unnamed');
    expect(await play.ending(asset?.requestId ?? '')).toMatchObject({ status: 'Completed' });
    expect(play.calls.length).toBe(calls + 2);
  });

  it('requests and cancellations, duplicated and shuffled, each have one effect', async () => {
    const delays = [7000, 0, 23_000, 4000, 12_000, 1000];
    let next = 0;
    play.deliveries({
      copies: () => 3,
      delayMillis: () => {
        next += 1;
        return delays[next % delays.length] ?? 0;
      },
    });
    for (const scope of ['one', 'two', 'three']) await play.put(`${scope}-r`, queueAndTopic(scope));
    await play.cancel('two-r');
    await play.world.clock.quiet();
    for (const scope of ['one', 'two', 'three']) {
      const { status } = await play.ending(`${scope}-r`);
      // A cancellation that arrives before its request finds none.
      expect(scope === 'two' ? ['Completed', 'RolledBack'] : ['Completed']).toContain(status);
      expect((await play.live(scope)).length).toBe(status === 'Completed' ? 2 : 0);
      expect(await play.findings(scope, `${scope}-r`)).toEqual([]);
    }
  });

  it('the end of a failed execution, delivered three times, is settled once', async () => {
    play.deliveries({ copies: () => 3, delayMillis: (_rule, _event, copy) => copy * 1500 });
    play.when('pump-run', 'Pump', 2, () => {
      const govern = executionsOf('govern-request').find(({ status }) => status === 'RUNNING');
      play.world.services.stepFunctions.stopExecution(govern?.executionArn ?? '', 'Stopped', 'by a person');
    });
    const end = await play.submit('told-r', queueAndTopic('told'));
    expect(end).toMatchObject({ status: 'Failed', reason: expect.stringContaining('ABORTED') });
    expect(await play.findings('told', 'told-r')).toEqual([]);
  });
});

const document = queueAndTopic('wrong');
const hash = 'a'.repeat(64);
/** Details that are not valid requests, and what their problems must mention. */
const malformed: [what: string, detail: JsonObject, problems: string[]][] = [
  ['an empty event', {}, ['none of `document`']],
  ['unknown fields', { document, urgent: true, color: 'red' }, ['urgent', 'color']],
  [
    'a request id that is invalid in an execution name',
    { requestId: 'a/b c', document },
    ['requestId', 'hyphens'],
  ],
  ['a document that is not text', { document: { Resources: {} } }, ['document']],
  ['a reference without a hash', { documentReference: { key: 'requests/x' } }, ['documentReference.sha256']],
  [
    'a reference to nothing',
    { documentReference: { key: 'requests/none', sha256: hash } },
    ['no document requests/none'],
  ],
  [
    'an environment there is not',
    { document, header: { environment: 'moon' } },
    ['"moon"', 'dev, regulated, prod'],
  ],
  [
    'a document with an environment there is not',
    { document: document.replace('environment: dev', 'environment: mars') },
    ['"mars"', 'dev, regulated, prod'],
  ],
  ['invalid YAML', { document: 'Resources: [' }, ['not YAML']],
  [
    'many things wrong at once',
    { requestId: '', urgent: 1, document: 7 },
    ['requestId', 'urgent', 'document'],
  ],
  [
    'assets to retire without saying whose',
    { assets: [], header: { environment: 'dev' } },
    ['service', 'owner', 'reason'],
  ],
  [
    'a resource type that can be used only in a stack',
    {
      document: manifest('wrong', 'Resources: { A: { Type: "AWS::CloudFormation::WaitConditionHandle" } }'),
    },
    ['AWS::CloudFormation::WaitConditionHandle'],
  ],
];

describe('rejects a malformed request with every reason', () => {
  const put = async (detail: JsonObject) => {
    const known = new Set((await requests()).map(({ requestId }) => requestId));
    await play.deployment.putEvent('Infrastructure Request', detail as never);
    await play.world.clock.quiet();
    return (await requests()).filter(({ requestId }) => !known.has(requestId));
  };

  for (const [what, detail, expected] of malformed)
    it(what, async () => {
      const calls = play.calls.length;
      const [request, ...more] = await put(detail);
      expect(more).toEqual([]);
      expect(request).toMatchObject({ status: 'Rejected', closedAt: expect.any(String) });
      const problems = JSON.stringify(request?.problems);
      for (const words of expected) expect(problems).toContain(words.replaceAll('"', '\\"'));
      expect(play.calls.length).toBe(calls);
    });

  it('a document that does not match its hash', async () => {
    const { key } = await play.deployment.upload(document);
    const [request] = await put({ documentReference: { key, sha256: hash } });
    expect(request?.status).toBe('Rejected');
    expect(JSON.stringify(request?.problems)).toContain(`does not have the SHA-256 ${hash}`);
  });

  it('a resource type the environment does not allow', async () => {
    const body =
      'Resources: { G: { Type: AWS::Grafana::Workspace, Properties: { AccountAccessType: CURRENT_ACCOUNT, AuthenticationProviders: [SAML], PermissionType: SERVICE_MANAGED } } }';
    const [request] = await put({
      document: manifest('forbidden', body).replace('environment: dev', 'environment: prod'),
    });
    expect(request).toMatchObject({ status: 'Rejected', reason: expect.stringContaining('policy') });
    const verdicts = await play.deployment.documents.get(request?.verdictsHash ?? '');
    expect(JSON.stringify(verdicts)).toContain('RESOURCE_TYPE_ALLOWED');
  });

  it('and completes a valid request by reference', async () => {
    const documentReference = await play.deployment.upload(queueAndTopic('referred'));
    const [request] = await put({ documentReference });
    expect(request?.status).toBe('Completed');
  });
});

/** Returns every request in the ledger. */
async function requests() {
  const { client, name } = play.deployment.ledger.table;
  const { Items = [] } = await client.send(new ScanCommand({ TableName: name }));
  return Items.map((item) => unmarshall(item)).filter(
    ({ sk, pk }) => sk === 'REQUEST' && pk.startsWith('REQUEST#'),
  );
}
