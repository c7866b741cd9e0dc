import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { auditedOperations } from '../lib/audit/document-forms.ts';
import { command } from '../lib/cli/command.ts';
import { families } from '../lib/cli/commands.ts';
import { main } from '../lib/cli/main.ts';
import { planText } from '../lib/cli/plan-text.ts';
import { Transitions } from '../lib/cli/transitions.ts';
import { stepFields } from '../lib/client/reports/step.ts';
import { outgoing } from '../lib/events/catalog.ts';
import { BatonStack } from '../lib/infra/baton-stack.ts';
import { readSettings } from '../lib/infra/settings.ts';
import { assetEntries } from '../lib/model/audit-entries.ts';
import { hashOf } from '../lib/model/json.ts';
import { operations } from '../lib/model/operations.ts';
import type { HashedPlan, Plan, Step } from '../lib/model/plan.ts';
import { availableActions } from '../lib/model/request.ts';
import type { PropertySpec, TypeSpec } from '../lib/model/spec.ts';
import { verbs } from '../lib/model/verbs/index.ts';
import { wishParts } from '../lib/model/wish.ts';
import { knownVerbs } from '../lib/planner/check/acts.ts';
import { checksByWish } from '../lib/planner/check/check-plan.ts';
import { wrong } from '../lib/planner/check/context.ts';
import { checkInverses } from '../lib/planner/check/inverses.ts';
import { knownOperations } from '../lib/planner/check/operations.ts';
import { checkPins } from '../lib/planner/check/pins.ts';
import { checkPlan, planUndo } from '../lib/planner/index.ts';
import { undoMakers } from '../lib/planner/plan-undo.ts';
import { providerRows, providersOf } from '../lib/providers/registry.ts';
import { rehearse } from '../lib/rehearsal/rehearse.ts';
import { wishKinds } from '../lib/request/action.ts';
import { verdictsOf } from '../lib/tasks/govern/evaluate-policy.ts';
import { namedWishes } from '../lib/tasks/govern/named-wish.ts';
import { checked, planners } from '../lib/tasks/govern/plan-change.ts';
import { changeStep, failStep, seconds } from '../lib/tasks/pump/outcomes.ts';
import { readLive } from '../lib/tasks/pump/step-context.ts';
import { performers } from '../lib/tasks/pump/without-call.ts';
import { memoryTerminal } from './cli/support.ts';
import { MemoryProvider } from './contract/memory-provider.ts';
import { plainModel } from './contract/models.ts';
import { Rows } from './rows.ts';
import { smallPump } from './small-pump.ts';

// How to add to Baton by rows alone. This file is a capability that Baton doesn't have: it takes existing resources of
// another cloud into the inventory (`adopt`) and turns them (`turn`). It touches no other file. It fails if a table is
// read before a row can be added, or if a function compares names again. The product doesn't have `adopt` yet:
// docs/decisions/0070-what-adoption-needs.md says what it needs in addition to rows.

const settings = readSettings({
  environments: { dev: { policyPacks: [{ name: 'starter' }], resourceTypes: ['AWS::SQS::Queue'] } },
});
const rows = new Rows();
afterAll(() => rows.remove());

// A provider: how its types begin, its maker, and the facts about a type.
rows.item(providerRows, { prefix: 'Fixture::', name: 'fixture' });
const cloud = plainModel();
const provider = new MemoryProvider(() => cloud);
const makers = { 'cloud-control': () => provider, route53: () => provider, fixture: () => provider };
const text: PropertySpec = { types: [{ kind: 'string' }], required: false, replacement: 'no' };
const dial: TypeSpec = {
  type: 'Fixture::Dial',
  properties: { Name: text, Turned: text },
  ...{ definitions: {}, attributes: {}, primaryIdentifier: ['Name'], createOnly: ['Name'] },
  ...{ readOnly: [], writeOnly: [], sensitive: [], provisionable: true, updatable: true, holdsData: false },
  ref: 'Name',
};
const lookup = (type: string) => (type === dial.type ? dial : undefined);

// An event, with its form.
const adopted = rows.row(outgoing, 'Asset Adopted', outgoing['Asset Registered']);

// An action, and the wish for it: its part of a request, what it locks, and its form in the desired state.
interface Adoption {
  type: string;
  identifier: string;
  logicalId: string;
}
const adoption = z.strictObject({ type: z.string(), identifier: z.string(), logicalId: z.string() });
const action = rows.item(availableActions, 'adopt');
rows.row(wishParts as Record<string, unknown>, 'adopt', z.optional(z.array(adoption)));
const kind = rows.row(wishKinds, 'adopt', {
  ...{ parts: ['adopt' as never], action, words: 'resources to adopt', locks: 'scope' },
});
rows.row(namedWishes, kind, (request) => ({ kind, adopt: (request as { adopt?: unknown }).adopt }) as never);
const adoptionsIn = (wish: unknown) => (wish as { adopt: Adoption[] }).adopt;

// An operation: its row, how the pump performs it, what its rollback does, and what the audit expects.
const adopt = rows.row(operations, 'adopt', {
  ...{ makes: false, existing: false, asset: 'set', sends: undefined, action, status: 'Active' },
  undoneBy: 'retain' as never,
  ...{
    recordedAs: rows.row(assetEntries, 'AssetAdopted', assetEntries.AssetRegistered) as never,
    publishedAs: adopted as never,
  },
  ...{ symbol: '>', verb: 'adopt', doing: 'adopting', did: 'adopted', tone: 'good', rank: 55 },
});
rows.row(performers, adopt, async (context) => {
  const { identifier = '', type } = context.step;
  const live = await readLive(context, identifier);
  const at = seconds(context.now);
  if (live === undefined)
    return void (await failStep(context, {
      code: 'NotFound',
      message: `There is no ${type} ${identifier}.`,
    }));
  await changeStep(context, {
    ...{ status: 'Succeeded', identifier, applied: live, attributes: live },
    ...{ startedAtSeconds: at, finishedAtSeconds: at },
  });
});
rows.row(undoMakers, 'retain', ({ resource, act: _, ...step }, { assetId, assetVersion, identifier }) => ({
  ...{ ...step, id: `retain:${resource}`, resource, operation: 'retain', dependsOn: [] },
  ...{ assetId, assetVersion, identifier, inverse: { operation: 'update' } },
}));
rows.item(auditedOperations, adopt);

// The planner of the wish, and the checks of its plans, which share nothing.
rows.row(planners, kind, async ({ requestId, desired, assets }) => {
  const steps = adoptionsIn(desired.wish).map(
    ({ type, identifier, logicalId }): Step => ({
      ...{ id: `adopt:${logicalId}`, resource: logicalId, type, operation: adopt, dependsOn: [], identifier },
      ...{ deletionPolicy: 'Retain', updateReplacePolicy: 'Retain', relationships: [], holdsData: false },
      inverse: { operation: 'retain' as never },
    }),
  );
  const { scope, account, region, partition, header } = desired;
  const { environment, service, owner } = header;
  const plan: Plan = {
    ...{ version: 1, requestId, scope, environment, service, owner, account, region, partition },
    ...{ direction: 'forward', steps, unchanged: [], outputs: {} },
  };
  return checked({ ...plan, hash: hashOf(plan) }, { desired, assets, lookup });
});
rows.row(knownOperations, adopt, { pinned: false, inverse: 'retain' as never, undoers: ['retain'] });
rows.row(checksByWish, kind, [
  ...[checkPins, checkInverses],
  ({ plan, evidence }) => {
    const named = adoptionsIn(evidence.desired?.wish).map(({ logicalId }) => `adopt:${logicalId}`);
    return plan.steps
      .filter(({ id }) => !named.includes(id))
      .map((step) => wrong(step, 'NotNamed', `${step.id} adopts what is not named`));
  },
]);

// A verb: its row, and what the checker knows of it.
rows.item(verbs, {
  ...{ type: dial.type, name: 'turn', action: 'recover', harmOf: () => 'none' },
  precondition: { words: 'the dial is there', unmet: () => undefined },
  call: { by: 'update', property: 'Turned', valueOf: (nonce: string) => ({ by: nonce }) },
  ...{ witness: 'the nonce', verification: { words: 'it has turned', bakeSeconds: 1 } },
  inverse: { operation: 'none', because: 'it turns around' },
});
rows.row(knownVerbs, `${dial.type} turn`, { harm: () => 'none', sends: { Turned: ['by'] }, bakeSeconds: 1 });

describe('a capability added by rows', () => {
  const header = { environment: 'dev', service: 'dials', owner: 'tests', reason: 'how to add' };
  const wish = [{ type: dial.type, identifier: 'kitchen', logicalId: 'Kitchen' }];
  let pump: Awaited<ReturnType<typeof smallPump>>;
  let plan: HashedPlan;
  beforeAll(async () => {
    cloud.create(dial.type, { Name: 'kitchen', Turned: 'no' });
    pump = await smallPump({ providers: providersOf(makers), lookup, settle: () => provider.settle() });
    plan = await pump.plan('adopt-1', { header: { ...header, action: 'adopt' }, adopt: wish });
  });
  afterAll(() => pump.close());

  test('is refused in a request with another wish or an invalid form', async () => {
    const both = pump.plan('both', { header, adopt: wish, assets: ['a'] });
    await expect(both).rejects.toThrow('resources to adopt and a list of assets');
    await expect(pump.plan('form', { header, adopt: [{ type: 'x' }] })).rejects.toThrow('adopt.0.identifier');
  });

  test('is checked by its own rules', () => {
    const { hash: _, ...rest } = plan;
    const stray = {
      ...rest,
      steps: plan.steps.map((step) => ({ ...step, id: 'adopt:Cellar', resource: 'Cellar' })),
    };
    const desired = { ...plan, header, wish: { kind, adopt: wish }, resources: [], imports: [] } as never;
    const codes = (one: Plan) =>
      checkPlan({ ...one, hash: hashOf(one) }, { desired, assets: [], lookup }).map(({ code }) => code);
    expect(codes(rest)).toEqual([]);
    expect(codes(stray)).toEqual(['NotNamed']);
  });

  test('is evaluated by the rules of its action, and rehearsed with its rollback', () => {
    const evaluated: string[] = [];
    const nothing = { decision: 'allow', violations: [], pending: [], waived: [], suppressed: [], judged: 0 };
    const engines = {
      of: (name: string) => ({
        judge: (_: unknown, { length }: unknown[]) => {
          if (length > 0) evaluated.push(name);
          return nothing;
        },
      }),
    } as never;
    verdictsOf({ header, resources: [], scope: 'dev/dials' } as never, plan, settings, engines, '2026-01-01');
    expect(evaluated).toEqual([action]);
    const { rehearsal, inverse } = rehearse({ plan, runId: 'r', live: [], seed: 'inventory', lookup });
    expect([rehearsal.outcome, inverse.steps.map(({ id }) => id)]).toEqual(['passed', ['retain:Kitchen']]);
  });

  test('is planned, performed, registered, published, shown and rolled back, and its assets can be acted on', async () => {
    const { run, steps } = await pump.run(plan);
    const [asset] = await pump.inventory.scopeAssets('dev/dials');
    if (asset === undefined) throw new Error('nothing was registered');
    expect(asset).toMatchObject({ status: 'Active', provider: 'fixture', applied: { Turned: 'no' } });
    expect(pump.published.at(-1)).toMatchObject({ detailType: adopted, detail: { identifier: 'kitchen' } });
    const paint = (_: string, said: string) => said;
    expect(planText(plan, paint).join('\n')).toMatch(/1 to adopt\n\n +> Kitchen {2}Fixture::Dial/);
    const shown = new Transitions().next({ run, plan, steps, retries: [] }, paint).map((line) => line.text);
    expect(shown.join('\n')).toMatch(/Kitchen +adopting\n.*Kitchen +adopted in .*kitchen/);
    expect(stepFields.operation.safeParse(adopt).success).toBe(true);

    const { id: stepId } = plan.steps[0] as Step;
    const outcome = {
      stepId,
      status: 'Succeeded',
      identifier: 'kitchen',
      assetId: asset.id,
      assetVersion: 1,
    } as const;
    const undo = planUndo({ plan, outcomes: [outcome], requestId: 'adopt-1', runId: 'r', lookup });
    expect(undo.steps).toMatchObject([{ operation: 'retain', identifier: 'kitchen' }]);
    expect(checkPlan(undo, { assets: [asset], lookup, undone: plan })).toEqual([]);

    const verb = [{ asset: asset.id, verb: 'turn' }];
    await pump.run(await pump.plan('turn-1', { header, verbs: verb }));
    expect(cloud.read(dial.type, 'kitchen')).toMatchObject({ Turned: { by: expect.any(String) } });
    expect(pump.published.at(-1)).toMatchObject({ detailType: 'Asset Changed', detail: { version: 2 } });
  });
});

test('a machine is a row, and functions may publish an added event', () => {
  const root = join(import.meta.dirname, '..');
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  const machine = {
    ...{
      comment: 'Looks for resources to adopt',
      timeout: Duration.hours(1),
      starts: ['govern-request'] as const,
    },
    definition: (scope: BatonStack) => sfn.Pass.jsonata(scope, 'Found'),
  };
  const stack = new BatonStack(new App({ analyticsReporting: false, context }), 'Baton', {
    settings,
    code: lambda.Code.fromAsset(join(root, 'lambdas')),
    more: { machines: { 'find-resources': machine as never } },
  });
  const template = JSON.stringify(Template.fromStack(stack).toJSON());
  expect(template).toContain('"baton-find-resources"');
  expect(template).toContain(`"${adopted}"`);
}, 240_000);

test('a command is a row', async () => {
  const family = {
    heading: 'Fixture',
    commands: [
      command({
        ...{
          name: 'adopt',
          summary: 'Take a resource into the inventory',
          examples: ['baton adopt kitchen'],
        },
        ...{ operand: { name: 'IDENTIFIER', count: 'one' }, options: {} },
        load: async () => ({
          run: async ({ operands, terminal }) => {
            terminal.print(`Adopts ${operands[0]}`);
            return 0;
          },
        }),
      }),
    ],
  };
  for (const [line, said] of [
    ['help', 'Fixture:\n  adopt IDENTIFIER'],
    ['adopt kitchen', 'Adopts kitchen'],
  ] as const) {
    const { terminal, stdout } = memoryTerminal();
    expect(await main(line.split(' '), terminal, {}, [...families, family])).toBe(0);
    expect(stdout.join('\n')).toContain(said);
  }
});

test('names of operations are compared only by planners that decide on a step, by the checker and by the audit', () => {
  const root = join(import.meta.dirname, '..', 'lib');
  const mayCompare = /^(?:planner\/(?:check\/|judge|plan-change)|audit\/|local\/|spec\/)/;
  const compares = /\boperation\)? ?[!=]== ?'/;
  const files = globSync('**/*.ts', { cwd: root }).filter((file) => !mayCompare.test(file));
  expect(files.filter((file) => compares.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});
