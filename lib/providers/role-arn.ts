import { partitionOf } from '../model/partition.ts';
import type { Place } from '../model/place.ts';

/** ARN of the role of a place. */
export function roleArnOf({ account, region, role }: Place): string {
  return `arn:${partitionOf(region).partition}:iam::${account}:role/${role}`;
}
