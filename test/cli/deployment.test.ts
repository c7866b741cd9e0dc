import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freshAssembly } from '../../lib/cli/assembly.ts';
import { environmentOf, type LocalCloud, startLocalCloud } from '../../lib/cli/local-cloud.ts';
import { report } from '../../lib/client/reports/request-report.ts';
import { requestsReport } from '../../lib/client/reports/requests.ts';
import type { Asset } from '../../lib/model/asset.ts';
import { story } from '../sample.ts';
import { baton } from './support.ts';
import { normalized } from './transcript.ts';
import { startWarmCloud } from './warm-cloud.ts';

const queue = 'test/cli/fixtures/queue.yaml';

describe('a missing deployment', () => {
  const cases: [name: string, environment: NodeJS.ProcessEnv, message: RegExp][] = [
    [
      'nothing listens',
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' },
      /nothing listens at http:\/\/127.0.0.1:1; start a local cloud with `npx baton local up`/,
    ],
    ['no region', {}, /no region is set; expected AWS_REGION/],
  ];
  for (const [name, environment, message] of cases)
    it(`is reported: ${name}`, async () => {
      for (const line of [
        ['inventory', 'list'],
        ['watch', 'req-1'],
        ['submit', queue],
        ['plan', queue],
      ]) {
        const said = await baton(line, environment);
        expect(said).toMatchObject({ status: 1, stdout: '' });
        expect(said.stderr).toMatch(message);
      }
    });
});

describe('commands with a deployment', () => {
  let cloud: LocalCloud;
  let environment: Record<string, string>;
  beforeAll(async () => {
    cloud = await startWarmCloud();
    environment = environmentOf(cloud.world);
  });
  afterAll(() => cloud.world.stop());

  for (const line of [
    ['watch', 'req-none'],
    ['cancel', 'req-none'],
    ['inventory', 'show', 'none'],
  ])
    it(`${line.join(' ')} names what does not exist`, async () => {
      expect(await baton(line, environment)).toMatchObject({ status: 2, stdout: '' });
    });

  it('reject inputs that only a rehearsal may have', async () => {
    const said = await baton(['submit', queue, '--inputs', 'test/cli/fixtures/any.json'], environment);
    expect(said.status).toBe(2);
    expect(said.stderr.split('\n')).toHaveLength(4);
  });

  it('reject a plain-text secret before submitting anything', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'baton-'));
    const documents = {
      parameter:
        'Parameters: { Key: { Type: String, NoEcho: true } }\nResources: { Q: { Type: AWS::SQS::Queue } }\n',
      property:
        'Resources: { It: { Type: AWS::RDS::DBInstance, Properties: { MasterUserPassword: hunter2 } } }\n',
    };
    for (const [name, text] of Object.entries(documents)) {
      const file = join(directory, `${name}.yaml`);
      writeFileSync(file, text);
      const key = name === 'parameter' ? ['--parameter', 'Key=hunter2'] : [];
      const line = ['submit', file, '--environment', 'dev', '--id', `plain-${name}`, ...key, '--detach'];
      const said = await baton(line, environment);
      expect(said).toMatchObject({
        status: 2,
        stdout: '',
        stderr: expect.stringMatching(/nothing was submitted/),
      });
      expect(said.stderr).not.toContain('hunter2');
      expect(await baton(['watch', `plain-${name}`], environment)).toMatchObject({ status: 2, stdout: '' });
    }
    rmSync(directory, { recursive: true });
  });

  it('reject an invalid id, and an id that another request has', async () => {
    const submit = (file: string, id: string) => baton(['submit', file, '--id', id, '--detach'], environment);
    expect(await submit(queue, 'not one')).toMatchObject({ status: 2 });
    expect(await submit(queue, 'taken')).toMatchObject({ status: 0 });
    expect(await submit(queue, 'taken')).toMatchObject({ status: 0 });
    const other = await submit('examples/bucket.yaml', 'taken');
    expect(other).toMatchObject({ status: 2, stderr: expect.stringContaining('taken') });
    await baton(['watch', 'taken'], environment);
    const { stdout } = await baton(['inventory', 'list', '--service', 'letters', '--json'], environment);
    const ids = (JSON.parse(stdout) as { assets: Asset[] }).assets.map(({ id }) => id);
    expect(ids).toHaveLength(2);
    await baton(['decommission', ...ids], environment);
  });

  it('plan, submit, list, show and retire', async () => {
    const before = await baton(['plan', queue], environment);
    expect(before.stdout).toContain('2 to create');
    await expect(normalized(before.stdout)).toMatchFileSnapshot('../golden/plan.txt');
    const submitted = await baton(['submit', queue, '--json'], environment);
    const [request] = report.parse(JSON.parse(submitted.stdout)).requests;
    expect(request).toMatchObject({ status: 'Completed', run: { pumpTicks: expect.any(Number) } });
    expect(request?.run?.stateTransitions).toBeGreaterThan(10);

    expect((await baton(['plan', queue], environment)).stdout).toContain('nothing to do; 2 unchanged');
    const listed = await baton(['inventory', 'list', '--service', 'letters', '--json'], environment);
    const { assets } = JSON.parse(listed.stdout) as { assets: Asset[] };
    expect(assets.map(({ logicalId }) => logicalId)).toEqual(['Queue', 'Topic']);
    const [queueId = '', topicId = ''] = assets.map(({ id }) => id);
    const shown = await baton(['inventory', 'show', topicId], environment);
    expect(shown.stdout).toMatch(/Needed by\n +Queue/);
    const list = await baton(['inventory', 'list', '--service', 'letters'], environment);
    await expect(normalized(list.stdout)).toMatchFileSnapshot('../golden/inventory-list.txt');
    await expect(normalized(shown.stdout)).toMatchFileSnapshot('../golden/inventory-show.txt');

    const alone = await baton(['decommission', topicId], environment);
    expect(alone.status).toBe(2);
    expect(alone.stdout).toContain('is needed by Queue');
    const both = await baton(['decommission', topicId, queueId, '--json'], environment);
    const [retired] = report.parse(JSON.parse(both.stdout)).requests;
    expect(retired?.assets.map(({ status }) => status)).toEqual(['Retired', 'Retired']);
    const again = await baton(['decommission', topicId], environment);
    expect(again.stderr).toContain(`asset ${topicId} is Retired already`);
    const canceled = await baton(['cancel', request?.requestId ?? ''], environment);
    expect(canceled.stderr).toContain('has ended already; it is Completed');
  });

  it('submit names its executions, and requests list finds requests, including invalid ones', async () => {
    const watched = await baton(['submit', queue, '--id', 'list-done'], environment);
    // A local cloud has no console to link to.
    expect(watched.stdout.split('\n').filter((line) => /^Execution |console/.test(line))).toEqual([
      expect.stringMatching(/^Execution arn:aws:states:us-east-1:\d+:execution:baton-govern-request:/),
      expect.stringMatching(/^Execution arn:aws:states:us-east-1:\d+:execution:baton-apply-plan:/),
    ]);
    await baton(['submit', 'test/cli/fixtures/invalid.yaml', '--id', 'list-invalid'], environment);
    const idsOf = async (...words: string[]) => {
      const { stdout } = await baton(['requests', 'list', '--json', ...words], environment);
      return requestsReport.parse(JSON.parse(stdout)).requests.map(({ requestId }) => requestId);
    };
    expect(await idsOf('--environment', 'nowhere')).toEqual([]);
    expect(await idsOf('--status', 'Applying')).toEqual([]);
    expect(await idsOf('--status', 'Completed', '--environment', 'dev')).toContain('list-done');
    expect(await idsOf('--status', 'Completed')).not.toContain('list-invalid');
    expect((await idsOf()).slice(0, 2)).toEqual(['list-invalid', 'list-done']);
    const { stdout } = await baton(['requests', 'list', '--status', 'Completed'], environment);
    expect(stdout).toMatch(/^list-done +Completed .* list-done-run-[0-9a-f]{8}$/m);
    const last = stdout.split('\n').filter((text) => !text.startsWith('req-'));
    await expect(normalized(last.join('\n'))).toMatchFileSnapshot('../golden/requests-list.txt');
  });
});

describe('baton cancel', () => {
  story('stops a running request and rolls it back', async () => {
    const assemblyDirectory = await freshAssembly(() => undefined);
    // Slow enough to cancel halfway: the queue takes a minute, and the clock runs at 40 seconds per second.
    const cloud = await startLocalCloud({ assemblyDirectory, speed: 40 });
    try {
      const environment = environmentOf(cloud.world);
      const submitted = await baton(['submit', queue, '--detach', '--json'], environment);
      const { requestId } = JSON.parse(submitted.stdout) as { requestId: string };
      await vi.waitUntil(() => topicIsThere(cloud, requestId), { timeout: 20_000, interval: 50 });
      expect(await baton(['cancel', requestId], environment)).toMatchObject({ status: 0, stderr: '' });
      const { status, stdout } = await baton(['watch', requestId, '--json'], environment);
      const [request] = report.parse(JSON.parse(stdout)).requests;
      expect([status, request?.status]).toEqual([1, 'RolledBack']);
      expect(request?.assets.filter(({ status }) => status === 'Active')).toEqual([]);
    } finally {
      await cloud.world.stop();
    }
  });

  async function topicIsThere({ deployment }: LocalCloud, requestId: string): Promise<boolean> {
    const request = await deployment.ledger.findRequest(requestId);
    const steps = await deployment.ledger.steps(request?.runId ?? 'none');
    return steps.some(({ status }) => status === 'Succeeded');
  }
});
