/** The Resource of a Task: "Integrating services with Step Functions" (AWS Step Functions Developer Guide). */

export type Pattern = 'request' | 'sync' | 'sync:2' | 'waitForTaskToken';

export interface Resource {
  arn: string;
  /** Whether it is the ARN of a function: its input and result are then not wrapped. */
  direct: boolean;
  /** Whether it is an SDK integration. Optimized integrations have their own names for errors and results. */
  sdk: boolean;
  /** `lambda`, `states`, `dynamodb`, ...; for SDK integrations, the name after `aws-sdk:`. */
  service: string;
  action: string;
  pattern: Pattern;
  /** As in the history: `aws-sdk:sqs` and `sendMessage.waitForTaskToken`. */
  resourceType: string;
  resource: string;
}

const FUNCTION_ARN = /^arn:[\w-]+:lambda:[\w-]*:\d*:function:.+$/;
const OPTIMIZED = /^arn:[\w-]+:states:[\w-]*:\d*:([\w-]+):(\w+)(?:\.(sync(?::2)?|waitForTaskToken))?$/;
const SDK = /^arn:[\w-]+:states:[\w-]*:\d*:aws-sdk:([\w-]+):(\w+)(?:\.(waitForTaskToken))?$/;

/** Services with an optimized request-response integration. `startExecution` is an action of Step Functions itself. */
const OPTIMIZED_SERVICES = new Set(['lambda', 'dynamodb', 'events', 'sqs', 'sns', 'states']);

/** Returns undefined if the local cloud can't run the ARN. */
export function parseResource(arn: string): Resource | undefined {
  if (FUNCTION_ARN.test(arn)) {
    return {
      arn,
      direct: true,
      sdk: false,
      service: 'lambda',
      action: 'invoke',
      pattern: 'request',
      resourceType: 'lambda',
      resource: arn,
    };
  }
  const sdk = SDK.exec(arn);
  if (sdk !== null) return integration(arn, true, sdk);
  const optimized = OPTIMIZED.exec(arn);
  if (optimized === null || !OPTIMIZED_SERVICES.has(optimized[1] ?? '')) return undefined;
  const resource = integration(arn, false, optimized);
  const nested = resource.service === 'states';
  if (nested !== (resource.action === 'startExecution')) return undefined;
  return nested || !resource.pattern.startsWith('sync') ? resource : undefined;
}

function integration(arn: string, sdk: boolean, match: RegExpExecArray): Resource {
  const [service = '', action = '', suffix] = match.slice(1);
  return {
    arn,
    direct: false,
    sdk,
    service,
    action,
    pattern: (suffix ?? 'request') as Pattern,
    resourceType: sdk ? `aws-sdk:${service}` : service,
    resource: suffix === undefined ? action : `${action}.${suffix}`,
  };
}
