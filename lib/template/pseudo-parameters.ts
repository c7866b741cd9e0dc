import type { JsonObject, JsonValue } from '../model/json.ts';

/** The account and region in which a template is evaluated. */
export interface PseudoParameters {
  account: string;
  region: string;
  partition?: string;
  stackName: string;
  stackId?: string;
  notificationArns?: string[];
}

/** Returns the partition of a region and the domain of its service endpoints. */
export function partitionOf(region: string): { partition: string; urlSuffix: string } {
  if (region.startsWith('cn-')) return { partition: 'aws-cn', urlSuffix: 'amazonaws.com.cn' };
  if (region.startsWith('us-gov-')) return { partition: 'aws-us-gov', urlSuffix: 'amazonaws.com' };
  if (region.startsWith('eusc-')) return { partition: 'aws-eusc', urlSuffix: 'amazonaws.eu' };
  return { partition: 'aws', urlSuffix: 'amazonaws.com' };
}

/**
 * Returns the values of `AWS::Region` and the other pseudo parameters, by name. Source: "Pseudo parameters reference",
 * AWS CloudFormation Template Reference.
 */
export function pseudoParameters(where: PseudoParameters): JsonObject {
  const { partition, urlSuffix } = partitionOf(where.region);
  const values: Record<string, JsonValue> = {
    'AWS::AccountId': where.account,
    'AWS::NotificationARNs': where.notificationArns ?? [],
    'AWS::Partition': where.partition ?? partition,
    'AWS::Region': where.region,
    'AWS::StackId': where.stackId ?? '',
    'AWS::StackName': where.stackName,
    'AWS::URLSuffix': urlSuffix,
  };
  return values;
}
