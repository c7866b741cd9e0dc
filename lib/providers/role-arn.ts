import { partitionOf } from '../model/partition.ts';
import type { Place } from '../model/place.ts';

/** Returns the ARN of a place's role. */
export function roleArnOf({ account, region, role }: Place): string {
  return `arn:${partitionOf(region).partition}:iam::${account}:role/${role}`;
}
