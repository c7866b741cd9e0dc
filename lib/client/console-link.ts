/** The console host of each partition. The default is that of `aws`. */
const consoleHosts: Record<string, string> = {
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/**
 * Returns the page of an execution in the Step Functions console, for
 * `arn:aws:states:REGION:ACCOUNT:execution:MACHINE:NAME`.
 */
export function consoleLink(executionArn: string): string {
  const [, partition = '', , region] = executionArn.split(':');
  const host = consoleHosts[partition] ?? 'console.aws.amazon.com';
  return `https://${region}.${host}/states/home?region=${region}#/v2/executions/details/${executionArn}`;
}
