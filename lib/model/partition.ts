/** Returns the partition of a region and the domain of its service endpoints. */
export function partitionOf(region: string): { partition: string; urlSuffix: string } {
  if (region.startsWith('cn-')) return { partition: 'aws-cn', urlSuffix: 'amazonaws.com.cn' };
  if (region.startsWith('us-gov-')) return { partition: 'aws-us-gov', urlSuffix: 'amazonaws.com' };
  if (region.startsWith('eusc-')) return { partition: 'aws-eusc', urlSuffix: 'amazonaws.eu' };
  return { partition: 'aws', urlSuffix: 'amazonaws.com' };
}
