import type { JsonObject, JsonValue } from '../model/json.ts';
import { partitionOf } from '../model/partition.ts';

/** The account and region in which a template is evaluated. */
export interface PseudoParameters {
  account: string;
  region: string;
  partition?: string;
  stackName: string;
  stackId?: string;
  notificationArns?: string[];
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
