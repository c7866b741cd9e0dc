import * as z from 'zod/mini';
import { governance } from '../lib/runtime/governance.ts';
import { handle } from '../lib/runtime/handler.ts';
import {
  calendars,
  executions,
  ledger,
  metrics,
  publisher,
  scaling,
  settings,
  subnets,
  tallies,
} from '../lib/runtime/services.ts';
import { evaluateScaling } from '../lib/tasks/scaling/evaluate-scaling.ts';

const schema = z.object({
  time: z.string(),
  /** Of an alarm's change of state. The event of the schedule has no detail. */
  detail: z.optional(z.object({ alarmName: z.optional(z.string()) })),
});

/** Target of a schedule, and of the changes of state of alarms, which only wake it. */
export const handler = handle(
  'evaluate-scaling',
  schema,
  ({ time, detail: { alarmName: alarm } = {} }, { account }) =>
    evaluateScaling(
      {
        ...{ scaling: scaling(), ledger: ledger(), executions: executions(), publisher: publisher() },
        ...{ metrics: metrics(), subnets: subnets(), settings: settings(), calendars },
        ...{ governance, tallies: tallies() },
      },
      { now: new Date(time).toISOString(), account, ...(alarm !== undefined && { alarm }) },
    ),
  // An alarm wakes few policies or none, so it says nothing of how many there are.
  ({ policies, blind, due }, { detail }) =>
    detail?.alarmName === undefined
      ? { ScalingPolicies: policies, ScalingBlind: blind, ScalingDue: due }
      : { ...(due > 0 && { ScalingDue: due }) },
);
