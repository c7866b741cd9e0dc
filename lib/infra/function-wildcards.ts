import type { WildcardReason } from './nag.ts';

/** Why the roles of functions name some resources by wildcards. */
export const wildcardReasons: WildcardReason[] = [
  [
    /^\*$/,
    'X-Ray segments, Cloud Control, DescribeAlarms, GetMetricData and DescribeSubnets know no resources; provisioning roles bound what Cloud Control may do.',
  ],
  [/^<Documents\w+\.Arn>\/\*$/, 'Documents are addressed by their hash: any object of this one bucket.'],
  [/^<Documents\w+\.Arn>\/requests\/\*$/, 'Documents that people submit are named by their hash.'],
  [/:parameter\//, 'Requests refer to parameters by name; the setting readableParameters says which.'],
  [/:secret:/, 'Requests refer to secrets by name; the setting readableSecrets says which.'],
  [/:key\/\*$/, 'Keys of the secrets referred to, and only through Secrets Manager and Systems Manager.'],
  [/:stateMachine:[\w-]+\/\*$/, 'Children of the distributed map of one named machine.'],
  [/:role\/\*$/, 'Roles of whoever speaks at the front door: who may assume them is only read.'],
  [
    /:route53:::(?:hostedzone\/.*\*|change\/\*)/,
    'Zones are those of the setting hostedZones, and a change of records has an id of its own.',
  ],
  [/:execution:[\w-]+[:/]\*$/, 'Executions of one named machine, which get their names as they start.'],
];
