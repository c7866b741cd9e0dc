/** Where the console of a partition is: `aws` where none is named here. */
const consoleHosts: Record<string, string> = {
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** The page of an execution in the Step Functions console, by `arn:aws:states:REGION:ACCOUNT:execution:MACHINE:NAME`. */
export function consoleLink(executionArn: string): string {
  const [, partition = '', , region] = executionArn.split(':');
  const host = consoleHosts[partition] ?? 'console.aws.amazon.com';
  return `https://${region}.${host}/states/home?region=${region}#/v2/executions/details/${executionArn}`;
}
