import { Duration } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import type { TaskName } from '../../statemachines/parts.ts';
import { type incoming, type outgoing, type personal, personSource, source } from '../events/catalog.ts';
import { capacities } from '../model/capacity/index.ts';
import type { Settings } from '../model/settings.ts';
import { fitsWildcard } from '../model/wildcard.ts';
import { type MachineTable, machineNames } from './machine-table.ts';
import { machineArn } from './names.ts';

/** What a pattern can refer to: ARNs of the account, and the machines. */
export interface PatternScope {
  scope: Construct;
  machines: MachineTable;
}

/** What triggers a rule: an event on Baton's bus, an AWS event on the default bus, or a schedule. */
export type Trigger =
  | { bus: 'baton' | 'default'; pattern: (of: PatternScope) => events.EventPattern }
  | { every: (settings: Settings) => Duration };

/** What a rule starts: a machine, or the function of a task. */
export type Target = { machine: string; input?: Record<string, unknown> } | { task: TaskName };

export interface RuleRow {
  description: string;
  on: Trigger;
  target: Target;
  /** How long and how often EventBridge retries the delivery. Default: for most of a day. */
  delivery?: (settings: Settings) => { maxEventAge: Duration; retryAttempts: number };
  /** Whether there is such a rule with these settings. Default: always. */
  when?: (settings: Settings) => boolean;
  /** The rule whose dead-letter queue it shares. By default it has its own. */
  deadLetters?: string;
}
export type RuleTable = Readonly<Record<string, RuleRow>>;

/** What starts what: every entry point of Baton is a row here, with a dead-letter queue and an alarm on it. */
export const ruleTable: RuleTable = {
  // Admit ends duplicates: a rule can't name the execution it starts, but the ledger's request item does.
  Request: {
    description: 'A request for infrastructure starts its way through governance',
    on: { bus: 'baton', pattern: () => ({ detailType: [incomingType('Infrastructure Request')] }) },
    target: { machine: 'govern-request' },
  },
  Cancellation: {
    description: 'A wish to cancel is recorded; the run stops, settles and is undone',
    on: { bus: 'baton', pattern: () => ({ detailType: [incomingType('Cancellation Requested')] }) },
    target: { task: 'cancel-request' },
  },
  // Only the front door may use this source, so the speaker is proven.
  TrafficDirective: {
    description: 'What a person asks of a shift of traffic is recorded, and an abort stops it',
    on: {
      bus: 'baton',
      pattern: () => ({
        source: [personSource],
        detailType: ['Traffic Directive' satisfies keyof typeof personal],
      }),
    },
    target: { task: 'direct-traffic' },
    deadLetters: 'Cancellation',
  },
  ReviewDecision: {
    description: 'A decision on an emergency after the fact is its review; any other has its change go on',
    on: {
      bus: 'baton',
      pattern: () => ({ source: [source], detailType: [outgoingType('Change Decision Recorded')] }),
    },
    target: { task: 'review-changes' },
    deadLetters: 'Review',
  },
  ReviewSweep: {
    description: 'Looks for emergencies that nobody reviewed in time, and for changes that missed a decision',
    on: { every: () => Duration.hours(1) },
    target: { task: 'review-changes' },
    deadLetters: 'Review',
  },
  // The next seal completes a failed one. The queue and its alarm report the failure.
  Seal: {
    description: 'Seals the audit trail: signs the heads of all chains that have moved',
    on: { every: ({ sealEveryMinutes }) => Duration.minutes(sealEveryMinutes) },
    target: { task: 'seal-ledger' },
  },
  ExecutionEnded: {
    description: 'An execution that failed, timed out or was stopped is settled',
    on: {
      bus: 'default',
      pattern: ({ scope, machines }) => ({
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: {
          status: ['FAILED', 'TIMED_OUT', 'ABORTED'],
          stateMachineArn: machineNames(machines, 'settled').map((name) => machineArn(scope, name)),
        },
      }),
    },
    target: { machine: 'settle-run' },
  },
  Sweep: {
    description: 'Looks for runs whose end no event told of',
    on: { every: sweepEvery },
    target: { machine: 'settle-run', input: { sweep: true } },
    // The next sweep completes a failed one.
    delivery: (settings) => ({ maxEventAge: sweepEvery(settings), retryAttempts: 3 }),
  },
  // The next evaluation sees the newer metrics: a late one is worth nothing.
  Scaling: {
    description: 'Evaluates all scaling policies',
    on: { every: ({ scaleEveryMinutes }) => Duration.minutes(scaleEveryMinutes) },
    target: { task: 'evaluate-scaling' },
    when: scales,
    delivery: () => ({ maxEventAge: Duration.minutes(1), retryAttempts: 1 }),
  },
  // Any alarm of the account and region: only the policies know which they name. The event wakes and says nothing else.
  ScalingAlarm: {
    description: 'An alarm that changes its state has the scaling policies that name it evaluated at once',
    on: {
      bus: 'default',
      pattern: () => ({ source: ['aws.cloudwatch'], detailType: ['CloudWatch Alarm State Change'] }),
    },
    target: { task: 'evaluate-scaling' },
    when: scales,
    delivery: () => ({ maxEventAge: Duration.minutes(1), retryAttempts: 1 }),
    deadLetters: 'Scaling',
  },
  ScalingDue: {
    description: 'An asset whose capacity is to change is scaled',
    on: {
      bus: 'baton',
      pattern: () => ({ source: [source], detailType: [outgoingType('Scaling Due')] }),
    },
    target: { machine: 'scale-asset' },
    when: scales,
    delivery: () => ({ maxEventAge: Duration.minutes(5), retryAttempts: 3 }),
  },
};

/** Tells whether some environment may have a resource whose capacity can be changed, and the interval is not 0. */
function scales({ scaleEveryMinutes, environments }: Settings): boolean {
  const patterns = Object.values(environments).flatMap(({ resourceTypes }) => resourceTypes);
  return (
    scaleEveryMinutes > 0 && capacities.some(({ type }) => patterns.some((one) => fitsWildcard(one, type)))
  );
}

function sweepEvery({ sweepEveryMinutes }: Settings): Duration {
  return Duration.minutes(sweepEveryMinutes);
}

/** Limits rules to the names in the catalog. */
function incomingType(name: keyof typeof incoming): string {
  return name;
}

function outgoingType(name: keyof typeof outgoing): string {
  return name;
}
