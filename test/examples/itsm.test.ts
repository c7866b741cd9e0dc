import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App, SecretValue } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../../examples/itsm/app.ts';
import { ItsmStack, jira, serviceNow, ticketFields } from '../../examples/itsm/itsm-stack.ts';
import { requiredDoors } from '../../lib/client/deployment.ts';
import { Door } from '../../lib/client/door.ts';
import { outgoing } from '../../lib/events/catalog.ts';
import { matchesPattern } from '../../lib/local/events/pattern.ts';
import { type TargetInput, targetInput } from '../../lib/local/events/target-input.ts';
import { personKeys } from '../../lib/local/iam/people.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { assemblyWith } from '../machines/assembly-with.ts';
import { openPlayground, type Playground, queueAndTopic } from '../machines/playground.ts';

const speaker = new iam.ServicePrincipal('rolesanywhere.amazonaws.com');
const secret = SecretValue.secretsManager('itsm');
const systems = {
  ServiceNow: serviceNow('acme', { user: 'baton', password: secret }),
  Jira: jira('https://api-private.atlassian.com/automation/webhooks/jira/a/1/2', secret),
};

function synthesized(name: keyof typeof systems): Template {
  return Template.fromStack(
    new ItsmStack(new App(), name, { ticketSystem: systems[name], speaker, roleName: name }),
  );
}

describe('the integration with a ticket system', () => {
  const expected = {
    ServiceNow: {
      AuthorizationType: 'BASIC',
      endpoint: 'https://acme.service-now.com/api/now/import/u_baton_change',
    },
    Jira: { AuthorizationType: 'API_KEY', endpoint: expect.stringContaining('/automation/webhooks/jira/') },
  };
  for (const name of ['ServiceNow', 'Jira'] as const)
    it(`sends to ${name} with its own kind of sign-in, and contains no secret`, () => {
      const template = synthesized(name);
      const { AuthorizationType, endpoint } = expected[name];
      template.hasResourceProperties('AWS::Events::Connection', { AuthorizationType });
      const [destination] = Object.values(template.findResources('AWS::Events::ApiDestination'));
      expect(destination?.Properties).toMatchObject({ HttpMethod: 'POST', InvocationEndpoint: endpoint });
      expect(JSON.stringify(template.toJSON())).toContain('{{resolve:secretsmanager:itsm');
    });

  it('can use a role with the permissions of people', () => {
    const [role] = Object.values(
      synthesized('ServiceNow').findResources('AWS::IAM::Role', {
        Properties: { RoleName: 'ServiceNow' },
      }),
    );
    expect(JSON.stringify(role?.Properties.ManagedPolicyArns)).toContain(':policy/baton-person');
  });
});

describe('a ticket system that manages changes, on a local cloud', () => {
  let play: Playground;
  const requestId = 'itsm-r';
  beforeAll(async () => {
    play = await openPlayground({
      assemblyDirectory: await assemblyWith({
        groups: { tickets: ['role/ServiceNow'] },
        environments: {
          dev: {
            policyPacks: [{ name: 'starter', mode: 'warn' }],
            governance: {
              packs: ['default'],
              levels: {
                'service-owner': { groups: ['tickets'] },
                'change-authority': { groups: ['tickets'] },
              },
            },
          },
        },
      }),
    });
    const door = new Door(requiredDoors(play.deployment), play.world.region, personKeys('ana'));
    await door.submit({ requestId, file: 'story.yaml', document: queueAndTopic('itsm') });
    await play.world.clock.quiet();
  });
  afterAll(() => play.close());

  it('decides through the script, as a session of its role, with any text in the reason', async () => {
    const { changeId, capsuleHash } = await play.deployment.ledger.change(`CHG-${requestId}`);
    const reason = 'approved as "CHG0030042" \\ by the board';
    const said = await decide(play, ['approve', changeId, capsuleHash, reason]);
    expect(JSON.parse(said)).toMatchObject({ decision: 'approve', voice: 'role/ServiceNow', already: false });
    await play.world.clock.quiet();
    expect(await play.ending(requestId)).toMatchObject({ status: 'Completed' });
    expect(await play.deployment.ledger.decisions(changeId)).toMatchObject([{ reason }]);
  });

  it('receives every transition as a flat record', () => {
    const told = play.events.filter((event) => String(event['detail-type']).startsWith('Change '));
    const records = told.map((event) => recordOf(event));
    expect(records.map(({ transition, state, decided_by }) => [transition, state, decided_by])).toEqual([
      ['Change Opened', 'AwaitingApproval', ''],
      ['Change Approval Requested', 'AwaitingApproval', ''],
      ['Change Decision Recorded', 'AwaitingApproval', 'role/ServiceNow'],
      ['Change Approved', 'Approved', expect.any(String)],
      ['Change Closed', 'Closed', expect.any(String)],
    ]);
    for (const record of records) {
      expect(Object.keys(record)).toEqual(Object.keys(ticketFields));
      expect(record).toMatchObject({ correlation_id: `CHG-${requestId}`, requested_by: 'user/ana' });
    }
  });

  it('receives nothing else', () => {
    const others = play.events.filter((event) => !String(event['detail-type']).startsWith('Change '));
    expect(others.length).toBeGreaterThan(3);
    for (const event of others) expect(matchesPattern(rule().pattern, event)).toBe(false);
    const forged = { source: 'acme', 'detail-type': 'Change Approved', detail: {} };
    expect(matchesPattern(rule().pattern, forged)).toBe(false);
  });

  it('uses only fields in the schema of the events', () => {
    const fields = Object.keys(outgoing['Change Opened'].shape);
    const taken = Object.values(ticketFields).flatMap((path) => /^\$\.detail\.(.*)$/.exec(path)?.[1] ?? []);
    expect(taken.filter((field) => !fields.includes(field))).toEqual([]);
  });
});

/** Returns the deployed rule. */
function rule(): { pattern: JsonObject; target: TargetInput } {
  const [found] = Object.values(synthesized('ServiceNow').findResources('AWS::Events::Rule'));
  const { EventPattern, Targets } = (found?.Properties ?? {}) as {
    EventPattern: JsonObject;
    Targets: TargetInput[];
  };
  return { pattern: EventPattern, target: Targets[0] ?? {} };
}

function recordOf(event: JsonObject): Record<string, unknown> {
  const { pattern, target } = rule();
  expect(matchesPattern(pattern, event)).toBe(true);
  const facts = { ruleArn: 'arn', ruleName: 'name', ingestionTime: '2026-01-01T00:00:00Z' };
  return JSON.parse(targetInput(target, event, facts)) as Record<string, unknown>;
}

const script = join(import.meta.dirname, '..', '..', 'examples', 'itsm', 'decide.sh');

/** Runs the script against the cloud in this process. */
async function decide({ deployment, world }: Playground, words: string[]): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: world.region,
    AWS_ACCESS_KEY_ID: 'role~ServiceNow~CHG0030042',
    AWS_SECRET_ACCESS_KEY: 'local',
    BATON_DOOR: deployment.decisionsUrl,
  };
  const { stdout } = await promisify(execFile)('sh', [script, ...words], { env });
  return stdout;
}
