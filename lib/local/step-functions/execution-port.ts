/** The functions of the service that executions use: nested executions, map runs, and its own API. */
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { ChildExecution } from '../asl/children.ts';
import type { ExecutionPort, Run } from '../asl/engine.ts';
import type { StepFunctionsApi } from './api.ts';
import { checkName, validation } from './errors.ts';
import { DistributedMapRun } from './map-runs.ts';
import { callForTask } from './wire.ts';

export function executionPort(service: StepFunctionsApi): ExecutionPort {
  return {
    startNested: (parent, parameters, pattern) => startNested(service, parent, parameters, pattern),
    startMapRun(parent, state, config) {
      const run = new DistributedMapRun(parent, state, config, (child) => service.register(child));
      service.mapRuns.set(run.mapRunArn, run);
      return run;
    },
    call: async (action, parameters) => await callForTask(service, action, parameters),
  };
}

function startNested(
  service: StepFunctionsApi,
  parent: Run,
  parameters: JsonValue,
  pattern: string,
): ChildExecution {
  const { StateMachineArn, Name, Input } = (parameters ?? {}) as JsonObject;
  if (typeof StateMachineArn !== 'string') throw validation("The field 'StateMachineArn' is required");
  if (typeof Name === 'string') checkName(Name);
  const execution = service.startExecution({
    stateMachineArn: StateMachineArn,
    name: typeof Name === 'string' ? Name : undefined,
    input: typeof Input === 'string' ? Input : JSON.stringify(Input ?? {}),
    ...(pattern.startsWith('sync') && { waitedForBy: parent }),
  });
  return {
    executionArn: execution.executionArn,
    startMillis: execution.startMillis,
    closed: execution.outcome(),
    stop: (cause) => execution.stop(undefined, cause),
  };
}
