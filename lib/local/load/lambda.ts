/**
 * Concurrency of Lambda: of a function by its reserved concurrency, of an alias by its provisioned one.
 * Source of the metrics: "Types of metrics for Lambda functions", AWS Lambda Developer Guide.
 */
import { isObject } from '../../model/json.ts';
import { type LoadModel, numberIn, reported } from './model.ts';

const SECONDS = 60;
/** The default quota of an account ("Lambda quotas"). */
const ACCOUNT_CONCURRENCY = 1000;
/** Duration of an invocation in milliseconds, and of the first one in an environment. */
const WARM_MILLIS = 200;
const COLD_MILLIS = 1200;

export const lambdaFunction: LoadModel = {
  type: 'AWS::Lambda::Function',
  load: 'invocations',
  // By Little's law: an execution that takes 200 ms serves five in a second.
  perUnit: 1000 / WARM_MILLIS,
  warmUpSeconds: 10,
  capacities: ({ properties }) => ({
    executions: numberIn(properties, 'ReservedConcurrentExecutions', ACCOUNT_CONCURRENCY),
  }),
  minute({ load, perUnit, serving: { executions = 0 }, resource: { identifier } }) {
    const concurrency = Math.min(load / perUnit, executions);
    const invocations = concurrency * perUnit * SECONDS;
    return {
      left: {},
      metrics: reported(
        'AWS/Lambda',
        { FunctionName: identifier },
        {
          Invocations: [invocations, 'Count'],
          Errors: [0, 'Count'],
          Throttles: [load * SECONDS - invocations, 'Count'],
          ConcurrentExecutions: [concurrency, 'Count'],
          ...(invocations > 0 && {
            Duration: [WARM_MILLIS, 'Milliseconds', Math.max(1, Math.round(invocations))] as const,
          }),
        },
      ),
    };
  },
};

/** More than is provisioned spills over to environments that start cold. */
export const lambdaAlias: LoadModel = {
  type: 'AWS::Lambda::Alias',
  load: 'invocations',
  perUnit: 1000 / WARM_MILLIS,
  warmUpSeconds: 120,
  capacities({ properties }) {
    const provisioned = properties.ProvisionedConcurrencyConfig;
    if (isObject(provisioned))
      return { executions: numberIn(provisioned, 'ProvisionedConcurrentExecutions', 0) };
    return 'the alias has no provisioned concurrency; expected ProvisionedConcurrencyConfig';
  },
  minute({ load, perUnit, serving: { executions = 0 }, resource: { properties, identifier } }) {
    const concurrency = Math.min(load / perUnit, ACCOUNT_CONCURRENCY);
    const provisioned = Math.min(concurrency, executions);
    const invocations = concurrency * perUnit * SECONDS;
    const spilled = (concurrency - provisioned) * perUnit * SECONDS;
    const share = invocations === 0 ? 0 : spilled / invocations;
    const name =
      String(properties.FunctionName ?? identifier)
        .split(':')
        .at(-1) ?? '';
    return {
      left: {},
      metrics: reported(
        'AWS/Lambda',
        { FunctionName: name, Resource: `${name}:${String(properties.Name)}` },
        {
          Invocations: [invocations, 'Count'],
          Throttles: [load * SECONDS - invocations, 'Count'],
          ConcurrentExecutions: [concurrency, 'Count'],
          ProvisionedConcurrentExecutions: [provisioned, 'Count'],
          ProvisionedConcurrencySpilloverInvocations: [spilled, 'Count'],
          ...(executions > 0 && {
            ProvisionedConcurrencyUtilization: [provisioned / executions, 'None'] as const,
          }),
          ...(invocations > 0 && {
            Duration: [
              WARM_MILLIS * (1 - share) + COLD_MILLIS * share,
              'Milliseconds',
              Math.max(1, Math.round(invocations)),
            ] as const,
          }),
        },
      ),
    };
  },
};
