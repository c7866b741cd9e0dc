import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentOf, type LocalCloud } from '../../lib/cli/local-cloud.ts';
import { changeReport, changesReport, decisionReport } from '../../lib/client/reports/change.ts';
import { report } from '../../lib/client/reports/request-report.ts';
import { story } from '../sample.ts';
import { baton } from './support.ts';
import { startWarmCloud } from './warm-cloud.ts';

const queue = 'test/cli/fixtures/queue.yaml';

describe('baton approve, reject and withdraw', () => {
  let cloud: LocalCloud;
  beforeAll(async () => {
    cloud = await startWarmCloud();
  });
  afterAll(() => cloud.world.stop());

  /** Returns the environment variables of a person, for any AWS tool. */
  const as = (name: string) => ({
    ...environmentOf(cloud.world),
    ...{ AWS_ACCESS_KEY_ID: name, AWS_SECRET_ACCESS_KEY: 'local' },
  });
  /** Submits a request as a person, and waits until its change awaits approval. */
  const ask = async (name: string, service: string) => {
    const line = ['submit', queue, '--environment', 'regulated', '--service', service, '--detach', '--json'];
    const { requestId } = JSON.parse((await baton(line, as(name))).stdout) as { requestId: string };
    await cloud.world.clock.quiet();
    return requestId;
  };

  const refused: [what: string, line: string[], name: string, message: RegExp][] = [
    [
      'a change nobody opened',
      ['approve', 'CHG-none', '--capsule', 'f'.repeat(64)],
      'ana',
      /holds no change CHG-none/,
    ],
    ['an approval without a capsule', ['approve', 'CHG-none'], 'ana', /expected --capsule HASH/],
    [
      'a rejection of nobody knows what',
      ['reject', 'CHG-none', '--reason', 'x'],
      'ana',
      /expected --capsule HASH/,
    ],
    ['a rejection without a reason', ['reject', 'CHG-none'], 'ana', /expected --reason TEXT/],
    [
      'a withdrawal of nobody knows what',
      ['withdraw', 'CHG-none', '--reason', 'x'],
      'ana',
      /expected --capsule HASH/,
    ],
    ['a withdrawal without a reason', ['withdraw', 'CHG-none'], 'ana', /expected --reason TEXT/],
  ];
  for (const [what, line, name, message] of refused)
    it(`reject ${what}`, async () => {
      const said = await baton(line, as(name));
      expect(said).toMatchObject({ status: 2, stdout: '' });
      expect(said.stderr).toMatch(message);
    });

  it('refuse a voice without permission to decide, and say why', async () => {
    const requestId = await ask('ana', 'refusing');
    const { capsuleHash } = await cloud.deployment.ledger.change(`CHG-${requestId}`);
    const approve = ['approve', requestId, '--capsule', capsuleHash];
    const rows: [line: string[], name: string, message: RegExp][] = [
      [approve, 'ana', /user\/ana asked for this change: someone else/],
      [approve, 'zoe', /user\/zoe is in no group that may decide/],
      [['withdraw', requestId, '--capsule', capsuleHash, '--reason', 'x'], 'ben', /Only user\/ana/],
      [['approve', requestId, '--capsule', 'f'.repeat(64)], 'ben', /review it again/],
      [['approve', requestId, '--capsule', 'abc'], 'ben', /64 hexadecimal digits/],
      [['reject', requestId, '--capsule', 'f'.repeat(64), '--reason', 'x'], 'ben', /review it again/],
      [['withdraw', requestId, '--capsule', 'f'.repeat(64), '--reason', 'x'], 'ana', /review it again/],
    ];
    for (const [line, name, message] of rows) {
      const said = await baton(line, as(name));
      expect(said.status).toBe(2);
      expect(said.stderr).toMatch(message);
    }
  });

  const ends = [
    ['reject', 'ana', 'Rejected'],
    ['withdraw', 'operator', 'Withdrawn'],
  ] as const;
  for (const [kind, name, status] of ends)
    it(`${kind}: the request ends with the reason`, async () => {
      const requestId = await ask('operator', kind);
      const { capsuleHash } = await cloud.deployment.ledger.change(`CHG-${requestId}`);
      const line = [kind, requestId, '--capsule', capsuleHash, '--reason', 'not this week', '--json'];
      const said = await baton(line, as(name));
      expect(decisionReport.parse(JSON.parse(said.stdout))).toMatchObject({
        decision: kind,
        voice: `user/${name}`,
        already: false,
      });
      await cloud.world.clock.quiet();
      expect(await cloud.deployment.ledger.change(`CHG-${requestId}`)).toMatchObject({ status });
      const request = await cloud.deployment.ledger.request(requestId);
      expect(request.reason).toContain('not this week');
      expect(request.reason).toContain(`user/${name}`);
    });

  it('print JSON in the published formats', async () => {
    const requestId = await ask('operator', 'shown');
    const json = async (...line: string[]) =>
      JSON.parse((await baton([...line, '--json'], as('local'))).stdout);
    const shown = await json('changes', 'show', requestId);
    expect(changeReport.parse(shown)).toEqual(shown);
    expect(shown.capsule.steps[0]).toMatchObject({ operation: 'create', desired: expect.anything() });
    const listed = await json('changes', 'list');
    expect(changesReport.parse(listed).changes.map((change) => change.requestId)).toContain(requestId);
    for (const name of ['changeId', 'capsuleHash', 'status'])
      expect(() => changeReport.parse({ ...shown, change: { ...shown.change, [name]: 1 } })).toThrow(name);
    for (const name of ['steps', 'approvals', 'planHash'])
      expect(() => changeReport.parse({ ...shown, capsule: { ...shown.capsule, [name]: 1 } })).toThrow(name);
  });

  it('show the missing approvals, the same in `approve` and in `changes show`', async () => {
    const line = ['submit', 'test/cli/fixtures/partner-role.yaml', '--environment', 'regulated', '--detach'];
    const { stdout } = await baton([...line, '--json'], as('operator'));
    const { requestId } = JSON.parse(stdout) as { requestId: string };
    await cloud.world.clock.quiet();
    const { capsuleHash } = await cloud.deployment.ledger.change(`CHG-${requestId}`);
    const shown = async () => (await baton(['changes', 'show', requestId], as('local'))).stdout;
    expect(await shown()).toContain(
      '  0 of 3 approvals; still needed: change-authority (2), service-owner (1)\n',
    );
    const approve = ['approve', requestId, '--capsule', capsuleHash];
    const left =
      '1 of 3 approvals; still needed: change-authority (1 of user/cho, user/dee), service-owner (1 of user/ana, user/cho, user/dee)';
    expect((await baton(approve, as('ben'))).stdout).toContain(`Approved by user/ben.\n${left}.`);
    expect((await baton(approve, as('ben'))).stdout).toContain(`nothing changes.\n${left}.`);
    expect(await shown()).toContain(
      '  1 of 3 approvals; still needed: change-authority (1), service-owner (1)\n',
    );
    await baton(approve, as('ana'));
    const json = JSON.parse((await baton([...approve, '--json'], as('cho'))).stdout);
    expect(decisionReport.parse(json)).toEqual(json);
    expect(json.standing).toMatchObject({
      status: 'Approved',
      levels: [{ given: ['user/ben', 'user/cho'] }, { given: ['user/ana'] }],
    });
  });

  // Runs first, because the approved types are then known to the environment, and later changes need no approval.
  it('show the change and then the voice; repeating a decision changes nothing', async () => {
    const requestId = await ask('operator', 'approving');
    const { capsuleHash } = await cloud.deployment.ledger.change(`CHG-${requestId}`);
    const line = ['approve', `CHG-${requestId}`, '--capsule', capsuleHash, '--reason', 'looked at it'];
    const said = await baton(line, as('ana'));
    expect(said).toMatchObject({ status: 0, stderr: '' });
    expect(said.stdout.split('\n')).toEqual([
      `Change CHG-${requestId}: approving in regulated, normal, medium risk, for user/operator; AwaitingApproval`,
      expect.stringMatching(/^Capsule [0-9a-f]{64}$/),
      'Approved by user/ana.',
      'All approvals are given. It runs now, if what it rests on still stands.',
    ]);
    await cloud.world.clock.quiet();
    const [, capsule = ''] = /Capsule (\w+)/.exec(said.stdout) ?? [];
    const again = await baton(['approve', requestId, '--capsule', capsule], as('ana'));
    expect(again.stdout).toMatch(/user\/ana had approved it at .*; nothing changes/);
    expect(again.stdout).toContain('the change has run or ended already');
    const late = await baton(['approve', requestId, '--capsule', capsule], as('ben'));
    expect(late).toMatchObject({ status: 2, stderr: expect.stringContaining('there is nothing to approve') });
    const { requests } = report.parse(
      JSON.parse((await baton(['watch', requestId, '--json'], as('local'))).stdout),
    );
    expect(requests[0]?.status).toBe('Completed');
  });
});

describe('baton local run with required approvals', () => {
  const run = (...words: string[]) => baton(['local', 'run', queue, '--environment', 'regulated', ...words]);

  it('ends with its own exit status without approvals, and says what to do', async () => {
    const said = await run();
    expect(said.status).toBe(3);
    expect(said.stdout).toContain('service-owner: 1 of user/ana');
    expect(said.stderr).toContain('--approve-as NAME');
  });

  story('approves as the given people', async () => {
    const { status, stdout } = await run('--approve-as', 'zoe', '--approve-as', 'ana', '--json');
    expect(status).toBe(0);
    expect(report.parse(JSON.parse(stdout)).requests[0]?.status).toBe('Completed');
  });

  story('submits as the given person, who then may not approve', async () => {
    const said = await run('--as', 'ana', '--approve-as', 'ana', '--json');
    expect(said.status).toBe(3);
    expect(report.parse(JSON.parse(said.stdout)).requests[0]?.status).toBe('Waiting');
    expect(said.stderr).toContain("ana can't approve: user/ana asked for this change");
  });
});
