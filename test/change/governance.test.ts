import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { objections, requiredApprovals } from '../../lib/change/governance.ts';
import {
  builtInGovernance,
  type GovernanceBundle,
  loadGovernance,
} from '../../lib/change/governance-bundle.ts';
import { actionsOf } from '../../lib/model/actions.ts';
import { InvalidInput, type Problem } from '../../lib/model/errors.ts';
import { governanceSchema } from '../../lib/model/settings.ts';
import { governed } from './support.ts';

const groups = {
  owners: ['user/ana'],
  board: ['user/ben', 'sso/ben@example.com', 'user/cho'],
  'emergency-responders': ['user/eve'],
};
const levels = {
  'service-owner': { groups: ['owners', 'board'] },
  'change-authority': { groups: ['board'], quorum: 2 },
};

function load(
  files: Record<string, string> | 'default',
  { people = {}, ...more }: { people?: Record<string, string[]>; levels?: object } = {},
): GovernanceBundle {
  const directory = mkdtempSync(join(tmpdir(), 'governance-'));
  try {
    const packs = files === 'default' ? ['default'] : ['ours'];
    if (files !== 'default') {
      mkdirSync(join(directory, 'ours'));
      for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, 'ours', name), text);
    }
    const governance = governanceSchema.parse({ packs, levels, ...more });
    return loadGovernance({ groups, people }, { governance }, [builtInGovernance, directory]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function problemsOf(...args: Parameters<typeof load>): Problem[] {
  try {
    load(...args);
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
  return [];
}

const asking = (body: string, notes = '@id("OURS") @level("service-owner") @message("so")') =>
  `${notes}\nforbid (principal, action == Baton::Action::"proceed", resource) when { ${body} };`;

describe('rejects unusable governance policies', () => {
  test.each<[string, string, string, RegExp]>([
    ['bad syntax', 'forbid (principal', 'Syntax', /unexpected/],
    ['an unknown property', asking('resource.blastRadios > 3'), 'InvalidPolicy', /blastRadios/],
    ['a comparison of a text with a number', asking('resource.riskLevel > 3'), 'InvalidPolicy', /./],
    ['no id', asking('true', '@level("service-owner") @message("so")'), 'MissingAnnotation', /@id/],
    ['no message', asking('true', '@id("X") @level("service-owner")'), 'MissingAnnotation', /@message/],
    ['no level', asking('true', '@id("X") @message("so")'), 'MissingAnnotation', /@level/],
    ['an undefined level', asking('true', '@id("X") @message("so") @level("pope")'), 'UnknownLevel', /pope/],
    [
      'a permit',
      '@id("X") @message("so") @level("service-owner")\npermit (principal, action == Baton::Action::"proceed", resource);',
      'NotForbid',
      /forbid/,
    ],
    ['no action', '@id("X") @message("so")\nforbid (principal, action, resource);', 'NoAction', /action/],
    [
      'an unknown action',
      '@id("X") @message("so")\nforbid (principal, action == Baton::Action::"pray", resource);',
      'InvalidPolicy',
      /pray/,
    ],
  ])('%s', (_name, text, code, message) => {
    const found = problemsOf({ 'a.cedar': text }).filter((one) => one.code === code);
    expect(found.map((one) => one.message).join()).toMatch(message);
  });

  test('a level with an undefined group and one with an unreachable quorum, both at once', () => {
    const broken = { x: { groups: ['nobody'] }, y: { groups: ['owners'], quorum: 2 } };
    const codes = problemsOf({}, { levels: broken }).map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['UnknownGroup', 'QuorumOutOfReach']));
  });

  test('a quorum that one person with two voices would have to fill alone', () => {
    const people = { ben: ['user/ben', 'sso/ben@example.com'], cho: ['user/cho'] };
    const three = { board: { groups: ['board'], quorum: 3 } };
    expect(problemsOf({}, { levels: three })).toEqual([]);
    expect(problemsOf({}, { levels: three, people }).map(({ code }) => code)).toEqual(['QuorumOutOfReach']);
  });

  test('a pack that does not exist', () => {
    expect(problemsOf('default', { levels }).concat(problemsOf({}, { levels }))).toEqual([]);
    const governance = governanceSchema.parse({ packs: ['none'] });
    expect(() => loadGovernance({ groups, people: {} }, { governance }, [builtInGovernance])).toThrow(/none/);
  });
});

describe('the default governance', () => {
  const bundle = load('default');
  const wanted = (risk: Parameters<typeof governed>[0]) =>
    requiredApprovals(bundle, governed(risk)).map(({ level }) => level);

  test.each<[string, Parameters<typeof governed>[0], string[]]>([
    ['of low risk: a standard change', {}, []],
    ['of medium risk', { level: 'medium' }, ['service-owner']],
    ['that deletes data', { level: 'high', irreversibleSteps: 1 }, ['change-authority', 'service-owner']],
    ['with exceptions', { level: 'high', exceptions: 1 }, ['change-authority', 'service-owner']],
    [
      'whose undo failed in rehearsal',
      { level: 'high', rehearsal: 'failed' },
      ['change-authority', 'service-owner'],
    ],
  ])('a change %s', (_name, risk, levelsWanted) => {
    expect(wanted(risk)).toEqual(levelsWanted);
  });

  test('requires approval for vehicles at any risk', () => {
    const vehicles = ['AWS::CloudFormation::StackSet'];
    const [asked] = requiredApprovals(bundle, governed({}, { vehicles }));
    expect(asked).toMatchObject({ level: 'service-owner', because: [{ rule: 'VEHICLES_ARE_DECIDED_ON' }] });
  });

  test('says who may approve, and why approval is needed', () => {
    const [authority] = requiredApprovals(
      bundle,
      governed({ level: 'high', irreversibleSteps: 1, exceptions: 2 }),
    );
    expect(authority).toMatchObject({
      quorum: 2,
      eligible: ['sso/ben@example.com', 'user/ben', 'user/cho'],
      because: [{ rule: 'EXCEPTIONS_WANTED' }, { rule: 'IRREVERSIBLE_STEPS' }],
    });
  });

  test.each([
    ['user/dan', ['EMERGENCIES_BY_RESPONDERS']],
    ['user/eve', []],
    ['role/eve', ['EMERGENCIES_BY_RESPONDERS']],
  ])('%s submits an emergency change: %j', (voice, refusals) => {
    expect(objections(bundle, 'break-glass', voice, governed()).map(({ id }) => id)).toEqual(refusals);
  });
});

test("custom policies decide by environment, service, requester and the plan's actions", () => {
  const text = `${asking('resource.environment == "regulated" && resource.resourceTypes.contains("AWS::IAM::Role")')}
@id("NOT_BY_ROBOTS") @message("People ask for changes, robots do not")
forbid (principal, action == Baton::Action::"request", resource) when { principal.kind == "source" };`;
  const bundle = load({ 'a.cedar': text });
  expect(requiredApprovals(bundle, governed({}, { resourceTypes: ['AWS::IAM::Role'] }))).toHaveLength(1);
  expect(requiredApprovals(bundle, governed())).toEqual([]);
  expect(objections(bundle, 'request', 'source/ci', governed())).toEqual([
    { id: 'NOT_BY_ROBOTS', message: 'People ask for changes, robots do not' },
  ]);
  expect(objections(bundle, 'request', 'user/dan', governed())).toEqual([]);
});

test('the hash covers who may approve', () => {
  expect(load('default').hash).toBe(load('default').hash);
  expect(load('default').hash).not.toBe(
    load('default', { people: { ben: ['user/ben', 'sso/ben@example.com'] } }).hash,
  );
});

describe('the action is that of the steps', () => {
  const rules = {
    'actions.cedar': ['provision', 'decommission']
      .map((one) =>
        asking(`resource.action == "${one}"`, `@id("${one}") @level("service-owner") @message("so")`),
      )
      .join('\n'),
  };
  test.each([
    [['provision'], ['provision']],
    [['decommission'], ['decommission']],
    [
      ['decommission', 'provision'],
      ['provision', 'decommission'],
    ],
  ] as const)('for a plan with %j', (actions, asked) => {
    const approvals = requiredApprovals(load(rules), governed({}, { actions }));
    expect(approvals.flatMap(({ because }) => because.map(({ rule }) => rule))).toEqual(asked);
  });

  test.each([
    [['create', 'update', 'replace'], ['provision']],
    [['delete'], ['decommission']],
    [['retain'], ['decommission']],
    [
      ['create', 'delete'],
      ['decommission', 'provision'],
    ],
    [[], ['provision']],
  ] as const)('for steps that %j', (operations, actions) => {
    expect(actionsOf(operations.map((operation) => ({ operation })))).toEqual(actions);
  });
});
