/** Executions in the formats of the API, of events and of tasks. */
import type { JsonObject } from '../../model/json.ts';
import type { DescribedExecution } from './described-execution.ts';
import { redriveStatus } from './redrive.ts';
import type { ExecutionStatusChange } from './types.ts';

/** Returns the DescribeExecution response, with dates in epoch seconds. */
export function describeExecution(execution: DescribedExecution, withData = true): JsonObject {
  return defined({
    executionArn: execution.executionArn,
    stateMachineArn: execution.stateMachineArn,
    name: execution.executionName,
    status: execution.status,
    startDate: execution.startMillis / 1000,
    stopDate: seconds(execution.stopMillis),
    input: withData ? execution.input.text : undefined,
    inputDetails: { included: withData },
    output: withData ? execution.output?.text : undefined,
    outputDetails: execution.output === undefined ? undefined : { included: withData },
    mapRunArn: execution.mapRunArn,
    error: execution.error,
    cause: execution.cause,
    stateMachineVersionArn: execution.qualifiedArn,
    redriveCount: execution.redriveCount,
    redriveDate: seconds(execution.redriveMillis),
    ...redriveStatus(execution, execution.engine.clock.now()),
  });
}

/** Returns an item of ListExecutions. */
export function listedExecution(execution: DescribedExecution): JsonObject {
  return defined({
    executionArn: execution.executionArn,
    stateMachineArn: execution.stateMachineArn,
    name: execution.executionName,
    status: execution.status,
    startDate: execution.startMillis / 1000,
    stopDate: seconds(execution.stopMillis),
    mapRunArn: execution.mapRunArn,
    redriveCount: execution.redriveCount,
    redriveDate: seconds(execution.redriveMillis),
  });
}

/** Returns what `startExecution.sync` tasks get: DescribeExecution with capitalized names and dates in milliseconds. */
export function describeForTask(execution: DescribedExecution): JsonObject {
  const { redriveStatus: status, redriveStatusReason } = redriveStatus(
    execution,
    execution.engine.clock.now(),
  );
  return defined({
    Cause: execution.cause,
    Error: execution.error,
    ExecutionArn: execution.executionArn,
    Input: execution.input.text,
    InputDetails: { Included: true },
    Name: execution.executionName,
    Output: execution.output?.text,
    OutputDetails: execution.output === undefined ? undefined : { Included: true },
    RedriveCount: execution.redriveCount,
    RedriveDate: execution.redriveMillis,
    RedriveStatus: status,
    RedriveStatusReason: redriveStatusReason,
    StartDate: execution.startMillis,
    StateMachineArn: execution.stateMachineArn,
    Status: execution.status,
    StopDate: execution.stopMillis,
  });
}

/** "EventBridge for Step Functions execution status changes" (Developer Guide). */
export function statusChange(execution: DescribedExecution): ExecutionStatusChange {
  const redrive = redriveStatus(execution, execution.engine.clock.now());
  return {
    executionArn: execution.executionArn,
    stateMachineArn: execution.stateMachineArn,
    name: execution.executionName,
    status: execution.status,
    startDate: execution.startMillis,
    stopDate: execution.stopMillis ?? null,
    input: execution.input.text,
    output: execution.output?.text ?? null,
    inputDetails: { included: true },
    outputDetails: execution.output === undefined ? null : { included: true },
    error: execution.error ?? null,
    cause: execution.cause ?? null,
    stateMachineVersionArn: execution.qualifiedArn ?? null,
    stateMachineAliasArn: null,
    redriveCount: execution.redriveCount,
    redriveDate: execution.redriveMillis ?? null,
    redriveStatus: redrive.redriveStatus,
    redriveStatusReason: redrive.redriveStatusReason ?? null,
  };
}

function seconds(millis: number | undefined): number | undefined {
  return millis === undefined ? undefined : millis / 1000;
}

function defined(fields: { [field: string]: JsonObject[string] | undefined }): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as JsonObject;
}
