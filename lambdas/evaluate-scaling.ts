import * as z from 'zod/mini';
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
} from '../lib/runtime/services.ts';
import { evaluateScaling } from '../lib/tasks/scaling/evaluate-scaling.ts';

const schema = z.object({ time: z.string() });

/** Target of a schedule. */
export const handler = handle(
  'evaluate-scaling',
  schema,
  ({ time }, { account }) =>
    evaluateScaling(
      {
        ...{ scaling: scaling(), ledger: ledger(), executions: executions(), publisher: publisher() },
        ...{ metrics: metrics(), subnets: subnets(), settings: settings(), calendars },
      },
      { now: new Date(time).toISOString(), account },
    ),
  ({ policies, blind, due }) => ({ ScalingPolicies: policies, ScalingBlind: blind, ScalingDue: due }),
);
