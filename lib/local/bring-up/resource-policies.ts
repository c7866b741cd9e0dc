/** Resource policies, by ARN of the resource. */
import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { ResourcePolicy } from '../iam/authorizer.ts';
import { type PolicyDocument, parsePolicyDocument } from '../iam/policy-document.ts';
import { functionName } from '../lambda/service.ts';
import type { Stack, StackResource } from '../template/stack.ts';

/** Returns a lookup. An object in a bucket has its bucket's policy. */
export function resourcePoliciesOf(stack: Stack): (resourceArn: string) => ResourcePolicy | undefined {
  const policies = new Map<string, ResourcePolicy>();
  const add = (arn: string | undefined, document: PolicyDocument, required = false) => {
    const earlier = policies.get(arn ?? '')?.document.Statement ?? [];
    policies.set(arn ?? '', { document: { Statement: [...earlier, ...document.Statement] }, required });
  };
  const named = (type: string, name: string) =>
    stack.ofType(type).find((resource) => resource.name === name)?.arn;

  for (const key of stack.ofType('AWS::KMS::Key')) {
    add(key.arn, parsePolicyDocument(key.properties.KeyPolicy ?? defaultKeyPolicy(stack)), true);
  }
  for (const { properties } of stack.ofType('AWS::S3::BucketPolicy')) {
    add(named('AWS::S3::Bucket', String(properties.Bucket)), parsePolicyDocument(properties.PolicyDocument));
  }
  for (const { properties } of stack.ofType('AWS::SQS::QueuePolicy')) {
    for (const url of [properties.Queues ?? []].flat()) {
      const name = String(url).split('/').at(-1) ?? '';
      add(named('AWS::SQS::Queue', name), parsePolicyDocument(properties.PolicyDocument));
    }
  }
  for (const bus of stack.ofType('AWS::Events::EventBus')) {
    if (bus.properties.Policy !== undefined) add(bus.arn, parsePolicyDocument(bus.properties.Policy));
  }
  for (const policy of stack.ofType('AWS::Events::EventBusPolicy')) addBusPolicy(policy, stack, add);
  for (const permission of stack.ofType('AWS::Lambda::Permission')) {
    const name = functionName(String(permission.properties.FunctionName));
    const arn = named('AWS::Lambda::Function', name);
    add(arn, lambdaPermission(permission.properties, arn ?? name));
  }
  return (arn) =>
    policies.get(arn) ??
    (arn.startsWith('arn:aws:s3:::') ? policies.get(arn.split('/')[0] ?? arn) : undefined);
}

/** Source: AWS KMS Developer Guide, "Default key policy". */
function defaultKeyPolicy(stack: Stack): JsonObject {
  const root = `arn:aws:iam::${stack.place.account}:root`;
  return { Statement: [{ Effect: 'Allow', Principal: { AWS: root }, Action: 'kms:*', Resource: '*' }] };
}

function addBusPolicy(
  policy: StackResource,
  stack: Stack,
  add: (arn: string, document: PolicyDocument) => void,
): void {
  const { properties } = policy;
  const bus = String(properties.EventBusName ?? 'default')
    .split('/')
    .at(-1);
  const arn = `arn:aws:events:${stack.place.region}:${stack.place.account}:event-bus/${bus}`;
  const short = {
    Effect: 'Allow',
    Principal: properties.Principal === '*' ? '*' : { AWS: String(properties.Principal ?? '') },
    Action: properties.Action ?? 'events:PutEvents',
    Resource: arn,
  };
  add(arn, parsePolicyDocument({ Statement: properties.Statement ?? short }));
}

/** Source: Lambda API Reference, "AddPermission". */
function lambdaPermission(properties: JsonObject, functionArn: string): PolicyDocument {
  const principal = String(properties.Principal);
  const service = principal.endsWith('.amazonaws.com');
  const conditions: [string, string, JsonValue | undefined][] = [
    ['ArnLike', 'aws:SourceArn', properties.SourceArn],
    ['StringEquals', 'aws:SourceAccount', properties.SourceAccount],
    ['StringEquals', 'lambda:FunctionUrlAuthType', properties.FunctionUrlAuthType],
    ['Bool', 'lambda:InvokedViaFunctionUrl', properties.InvokedViaFunctionUrl],
  ];
  const condition: Record<string, JsonObject> = {};
  for (const [operator, key, value] of conditions) {
    if (value !== undefined) condition[operator] = { ...condition[operator], [key]: value };
  }
  return parsePolicyDocument({
    Statement: [
      {
        Effect: 'Allow',
        Principal: principal === '*' ? '*' : { [service ? 'Service' : 'AWS']: principal },
        Action: properties.Action ?? 'lambda:InvokeFunction',
        Resource: functionArn,
        Condition: condition,
      },
    ],
  });
}
