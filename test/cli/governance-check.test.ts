import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAccount } from '../../lib/aws/read-account.ts';
import { SignedFetch } from '../../lib/aws/signed-fetch.ts';
import { environmentOf, type LocalCloud } from '../../lib/cli/local-cloud.ts';
import { governanceReport } from '../../lib/client/reports/governance.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { assemblyWith } from '../machines/assembly-with.ts';
import { baton } from './support.ts';
import { startWarmCloud } from './warm-cloud.ts';

const account = '111111111111';
const arn = (kind: string, name: string) => `arn:aws:iam::${account}:${kind}/${name}`;
const trusting = (Principal: JsonObject) => ({
  AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] },
});
const allowing = (Action: string, Resource: string) => ({
  PolicyName: 'own',
  PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource }] },
});
const codebuild = { Service: 'codebuild.amazonaws.com' };

/** The resources in the account, created through Cloud Control or otherwise. */
const made: [type: string, identifier: string, properties: JsonObject][] = [
  ['AWS::IAM::Role', 'Robot', trusting(codebuild)],
  ['AWS::IAM::Role', 'Release', trusting({ AWS: arn('role', 'Deploy') })],
  ['AWS::IAM::Role', 'Deploy', trusting({ AWS: arn('root', '').replace(/\/$/, '') })],
  ['AWS::IAM::Role', 'Worker', { ...trusting({ Service: 'lambda.amazonaws.com' }), Path: '/baton/dev/' }],
  ['AWS::IAM::Role', 'Partner', trusting({ AWS: 'arn:aws:iam::222222222222:root' })],
  ['AWS::IAM::Role', 'OfBen', trusting({ AWS: [arn('user', 'ben'), arn('user', 'olga')] })],
  ['AWS::IAM::User', 'olga', { Groups: ['deployers'] }],
  ['AWS::IAM::User', 'pat', { Policies: [allowing('iam:UpdateAssumeRolePolicy', arn('role', 'Robot'))] }],
  ['AWS::IAM::Group', 'deployers', { Policies: [allowing('sts:AssumeRole', arn('role', 'Deploy'))] }],
];

const levels = (group: string) => ({
  packs: ['default'],
  levels: { 'service-owner': { groups: [group] }, 'change-authority': { groups: [group] } },
});
const policyPacks = [{ name: 'starter', mode: 'warn' }];

let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startWarmCloud({
    assemblyDirectory: await assemblyWith({
      groups: {
        owners: ['sso/ida@example.com', 'user/ana', 'user/ben', 'user/olga', 'role/OfBen'],
        machines: ['role/Robot', 'role/Release', 'role/Worker', 'role/Partner', 'role/Gone'],
        quiet: ['user/ana', 'role/Robot2'],
      },
      people: { ben: ['user/ben', 'role/OfBen'] },
      mayAsk: [{ who: ['owners'] }],
      senders: { ci: { principals: ['role/Robot'] } },
      environments: {
        dev: { policyPacks, governance: levels('machines') },
        calm: { policyPacks, governance: levels('quiet') },
      },
    }),
  });
  const { store } = cloud.world.services.cloudControl;
  for (const [type, identifier, properties] of made)
    store.put({ type, identifier, properties, createdMillis: 0 });
  const [type, identifier, properties] = ['AWS::IAM::Role', 'Robot2', trusting(codebuild)] as const;
  store.put({ type, identifier, properties, createdMillis: 0 });
});
afterAll(() => cloud.world.stop());

const as = (name: string) => ({
  ...environmentOf(cloud.world),
  ...{ AWS_ACCESS_KEY_ID: name, AWS_SECRET_ACCESS_KEY: 'local' },
});
const check = (...more: string[]) => baton(['governance', 'check', ...more], as('local'));

describe('baton governance check', () => {
  it('lists who can speak as whom, and warns', async () => {
    const { status, stdout, stderr } = await check();
    expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
    await expect(`${stdout}\n`).toMatchFileSnapshot('../golden/governance-check.txt');
  });

  it('prints the published format', async () => {
    const { status, stdout } = await check('--json');
    const said = JSON.parse(stdout);
    expect(status).toBe(2);
    expect(governanceReport.parse(said)).toEqual(said);
    for (const name of ['voices', 'warnings', 'administrators'])
      expect(() => governanceReport.parse({ ...said, [name]: 1 })).toThrow(name);
    const warned = (said as { warnings: { code: string; voice: string; who?: string }[] }).warnings;
    expect(warned.map(({ code, voice, who }) => [code, voice, who].filter(Boolean).join(' '))).toEqual([
      'NoSuchIdentity role/Gone',
      'OwnAndRole role/OfBen user/olga',
      'SharedRole role/Partner',
      'OtherAccount role/Partner account 222222222222',
      'OwnAndRole role/Release user/olga',
      'Takes role/Robot user/pat',
      'Workload role/Worker lambda.amazonaws.com',
    ]);
  });

  it('can be limited to one environment', async () => {
    const { status, stdout } = await check('--environment', 'calm');
    expect(stdout).toContain('the environment calm');
    expect(stdout).not.toContain('role/Partner');
    expect(status).toBe(2);
  });

  it('rejects an unknown environment', async () => {
    const said = await check('--environment', 'nowhere');
    expect(said).toMatchObject({ status: 2, stdout: '' });
    expect(said.stderr).toContain('no environment nowhere; expected one of dev, calm');
  });

  it('names the missing permission', async () => {
    const said = await baton(['governance', 'check'], as('ana'));
    expect(said).toMatchObject({ status: 1, stdout: '' });
    expect(said.stderr).toContain('iam:GetAccountAuthorizationDetails');
  });
});

it('reads the account in pages, with the policies of groups and of the template', async () => {
  const { endpoint, region, credentials } = cloud.world;
  const client = new SignedFetch({ endpoint, region, ...credentials });
  const whole = await readAccount(client, account);
  const text = client.text.bind(client);
  let pages = 0;
  client.text = (request) => {
    pages += 1;
    return text({ ...request, body: request.body?.replace('MaxItems=1000', 'MaxItems=7') });
  };
  expect(await readAccount(client, account)).toEqual(whole);
  expect(pages).toBeGreaterThan(3);
  const find = (name: string) => whole.identities.find((one) => one.name === name);
  expect(find('olga')?.policies.map(({ text: document }) => document)).toEqual([
    expect.stringContaining('sts:AssumeRole'),
  ]);
  const provisioning = find('baton-provisioning-dev');
  expect(provisioning?.trust).toContain('cloudformation.amazonaws.com');
  expect(provisioning?.policies.every(({ text: document }) => document?.includes('Statement'))).toBe(true);
});
