/** ARNs of Step Functions resources. */

export interface Place {
  region: string;
  account: string;
}

export function stateMachineArn({ region, account }: Place, name: string): string {
  return `arn:aws:states:${region}:${account}:stateMachine:${name}`;
}

/** @param machine the name of the machine, or `machine/label` for a child of a map run */
export function executionArn({ region, account }: Place, machine: string, name: string): string {
  return `arn:aws:states:${region}:${account}:execution:${machine}:${name}`;
}

export function expressArn({ region, account }: Place, machine: string, name: string, run: string): string {
  return `arn:aws:states:${region}:${account}:express:${machine}:${name}:${run}`;
}

export function mapRunArn({ region, account }: Place, machine: string, label: string, run: string): string {
  return `arn:aws:states:${region}:${account}:mapRun:${machine}/${label}:${run}`;
}

/** Tells whether the ARN is that of a map run's child. */
export function isLabeled(executionArn: string): boolean {
  return executionArn.split(':')[6]?.includes('/') ?? false;
}

/** Splits an ARN into the machine's own ARN and its qualifier: a version number or an alias. */
export function splitQualifier(arn: string): { arn: string; qualifier: string | undefined } {
  const parts = arn.split(':');
  return { arn: parts.slice(0, 7).join(':'), qualifier: parts[7] };
}
