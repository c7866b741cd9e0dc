import { describe, expect, test } from 'vitest';
import { taskNames } from '../../statemachines/parts.ts';
import { listOf, plain, resourcesOf, roleStatements } from './synthesized.ts';

/** Returns the roles that may perform an action on resources with a name, sorted. */
function holders(action: string, resource: string): string[] {
  return [...roleStatements()]
    .filter(([, statements]) =>
      statements.some(
        ({ effect, actions, resources }) =>
          effect === 'Allow' && actions.includes(action) && resources.some((text) => text.includes(resource)),
      ),
    )
    .map(([role]) => role)
    .sort();
}

describe('these may start a machine', () => {
  const starters: Record<string, string[]> = {
    GovernRequest: ['MachinesScaleAssetMachineRole', 'RulesStartGovernRequestRole'],
    // A distributed map starts its children as executions of its own machine.
    ApplyPlan: ['MachinesApplyPlanMachineRole', 'MachinesGovernRequestMachineRole'],
    PumpRun: ['MachinesApplyPlanMachineRole'],
    SettleRun: ['MachinesGovernRequestMachineRole', 'RulesStartSettleRunRole'],
    ScaleAsset: ['RulesStartScaleAssetRole'],
  };
  for (const [machine, roles] of Object.entries(starters))
    test(`${machine}: ${roles.join(', ')}`, () => {
      expect(holders('states:StartExecution', `Machines${machine}Machine`)).toEqual(roles);
    });

  test('no policy allows starting machines by a wildcard', () => {
    const wide = [...roleStatements()].filter(([, statements]) =>
      statements.some(
        ({ effect, actions, resources }) =>
          effect === 'Allow' &&
          (actions.some((action) => ['*', 'states:*', 'states:Start*'].includes(action)) ||
            (actions.includes('states:StartExecution') && resources.some((text) => text.includes('*')))),
      ),
    );
    expect(wide).toEqual([]);
  });

  test('only EventBridge assumes the roles of rules', () => {
    const roles = resourcesOf('AWS::IAM::Role').filter(([id]) => id.startsWith('Rules'));
    expect(roles).toHaveLength(3);
    for (const [, role] of roles) expect(JSON.stringify(role)).toContain('"Service":"events.amazonaws.com"');
  });
});

describe('these may call a function', () => {
  const pascal = (name: string) =>
    name.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
  const callers: Record<string, string | string[]> = {
    'find-requests': 'SettleRun',
    settle: 'SettleRun',
    // Calls that a dead run left unanswered are repeated by pump, which makes all calls.
    pump: ['PumpRun', 'SettleRun'],
    'begin-run': 'ApplyPlan',
    perform: 'ApplyPlan',
    'register-asset': 'ApplyPlan',
    'record-failure': 'ApplyPlan',
    'close-run': 'ApplyPlan',
    ...Object.fromEntries(['observe', 'decide', 'verify'].map((one) => [`${one}-capacity`, 'ScaleAsset'])),
  };
  for (const name of taskNames)
    test(`${name}: its machines, or none if a rule calls it`, () => {
      const machine = callers[name] ?? 'GovernRequest';
      const expected = [
        ...[
          'cancel-request',
          'direct-traffic',
          'front-door',
          'decision-door',
          'review-changes',
          'seal-ledger',
          'evaluate-scaling',
        ],
      ].includes(name)
        ? []
        : [machine].flat().map((one) => `Machines${one}MachineRole`);
      const roles = [...roleStatements()]
        .filter(([, statements]) =>
          statements.some(
            ({ actions, resources }) =>
              actions.includes('lambda:InvokeFunction') && resources.includes(`Functions${pascal(name)}`),
          ),
        )
        .map(([role]) => role);
      expect(roles).toEqual(expected);
    });

  test('only EventBridge may call a function from outside the stack, and only through its rules', () => {
    const permissions = resourcesOf('AWS::Lambda::Permission')
      .filter(([id]) => !id.startsWith('Door'))
      .map(([, permission]) => ({
        function: plain(permission.FunctionName),
        principal: permission.Principal,
        source: plain(permission.SourceArn),
      }));
    const principal = 'events.amazonaws.com';
    expect(permissions).toEqual([
      { function: 'FunctionsCancelRequest', principal, source: 'RulesCancellation' },
      { function: 'FunctionsDirectTraffic', principal, source: 'RulesTrafficDirective' },
      { function: 'FunctionsReviewChanges', principal, source: 'RulesReviewDecision' },
      { function: 'FunctionsReviewChanges', principal, source: 'RulesReviewSweep' },
      { function: 'FunctionsSealLedger', principal, source: 'RulesSeal' },
      { function: 'FunctionsEvaluateScaling', principal, source: 'RulesScaling' },
      { function: 'FunctionsEvaluateScaling', principal, source: 'RulesScalingAlarm' },
    ]);
  });
});

describe('rules', () => {
  const rows: Record<string, { bus?: string; targets: string[] }> = {
    'baton-request': { bus: 'Bus', targets: ['MachinesGovernRequestMachine'] },
    'baton-cancellation': { bus: 'Bus', targets: ['FunctionsCancelRequest'] },
    'baton-traffic-directive': { bus: 'Bus', targets: ['FunctionsDirectTraffic'] },
    'baton-execution-ended': { targets: ['MachinesSettleRunMachine'] },
    'baton-review-decision': { bus: 'Bus', targets: ['FunctionsReviewChanges'] },
    'baton-review-sweep': { targets: ['FunctionsReviewChanges'] },
    'baton-scaling': { targets: ['FunctionsEvaluateScaling'] },
    'baton-scaling-alarm': { targets: ['FunctionsEvaluateScaling'] },
    'baton-scaling-due': { bus: 'Bus', targets: ['MachinesScaleAssetMachine'] },
    'baton-seal': { targets: ['FunctionsSealLedger'] },
    'baton-sweep': { targets: ['MachinesSettleRunMachine'] },
  };

  test('are these and no others', () => {
    const found = Object.fromEntries(
      resourcesOf('AWS::Events::Rule').map(([, rule]) => [
        rule.Name,
        {
          ...(rule.EventBusName !== undefined && { bus: plain(rule.EventBusName) }),
          targets: listOf(rule.Targets).map((target) => plain((target as { Arn: unknown }).Arn)),
        },
      ]),
    );
    expect(found).toEqual(rows);
  });

  test('its own end does not start settle-run', () => {
    const [, rule] =
      resourcesOf('AWS::Events::Rule').find(([, { Name }]) => Name === 'baton-execution-ended') ?? [];
    const pattern = rule?.EventPattern as { detail: { stateMachineArn: unknown[]; status: string[] } };
    expect(pattern.detail.stateMachineArn.map(plain)).toEqual([
      'states:stateMachine:baton-govern-request',
      'states:stateMachine:baton-apply-plan',
    ]);
    expect(pattern.detail.status).toEqual(['FAILED', 'TIMED_OUT', 'ABORTED']);
  });
});

describe('the bus', () => {
  test('denies events in the name of Baton from all but the functions that publish', () => {
    const [[, policy] = []] = resourcesOf('AWS::Events::EventBusPolicy');
    const statement = policy?.Statement as {
      Effect: string;
      Action: string;
      Principal: unknown;
      Condition: Record<string, Record<string, unknown[]>>;
    };
    expect(statement).toMatchObject({ Effect: 'Deny', Action: 'events:PutEvents', Principal: { AWS: '*' } });
    expect(statement.Condition['ForAnyValue:StringEquals']).toEqual({ 'events:source': ['baton'] });
    const excepted = (statement.Condition.ArnNotLike?.['aws:PrincipalArn'] ?? []).map(plain).sort();
    // The front door puts the calls of people on the bus, in their names. It sends no events of Baton.
    expect(excepted).toEqual(
      holders('events:PutEvents', 'Bus').filter((role) => role !== 'FunctionsFrontDoorRole'),
    );
    expect(excepted.length).toBeGreaterThan(0);
  });
});
