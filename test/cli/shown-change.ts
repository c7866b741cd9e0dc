import type { ShownChange } from '../../lib/client/changes/read-change.ts';
import type { ChangeRecord } from '../../lib/ledger/records.ts';
import type { Capsule, CapsuleStep, Decision } from '../../lib/model/change.ts';
import { sha256 } from '../../lib/model/json.ts';
import { calm } from '../change/support.ts';

export const now = '2026-11-21T10:00:00.000Z';

const step = (id: string, type: string, more: Partial<CapsuleStep> = {}): CapsuleStep => {
  const [operation = '', resource = ''] = id.split(':');
  return {
    ...{ id, resource, type, operation: operation as CapsuleStep['operation'], dependsOn: [] },
    ...{ holdsData: false, deletionPolicy: 'Delete', updateReplacePolicy: 'Delete', ...more },
  };
};

const ann = { voice: 'sso/ann', arn: 'arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Team_1/ann' };
const ben = { voice: 'sso/ben', arn: 'arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Team_1/ben' };

/** A change with an example of everything that an approver may see. */
const capsule: Capsule = {
  version: 1,
  changeId: 'CHG-req-1f0c9a52',
  requestId: 'req-1f0c9a52',
  attempt: 1,
  type: 'normal',
  header: {
    ...{ baton: 'v1', action: 'provision', environment: 'prod', service: 'checkout', owner: 'payments' },
    ...{ reason: 'Larger checkout database in the new network (CHG-1234)', onFailure: 'undo' },
  },
  requester: ann,
  scope: 'prod/checkout',
  desiredHash: sha256('desired'),
  planHash: sha256('plan'),
  inverseHash: sha256('inverse'),
  bundleHash: sha256('bundle'),
  verdictsHash: sha256('verdicts'),
  governanceHash: sha256('governance'),
  violations: [
    {
      ...{ rule: 'RDS_MULTI_AZ_SUPPORT', severity: 'medium', enforcement: 'warn', resource: 'Database' },
      ...{ path: 'Properties.MultiAZ', message: 'The database runs in one zone only' },
    },
  ],
  waived: [
    {
      ...{ rule: 'S3_BUCKET_LOGGING_ENABLED', resource: 'Exports', reason: 'logged by the trail' },
      ...{ expires: '2027-03-31', source: 'request' },
    },
  ],
  pending: [
    {
      ...{ rule: 'INCOMING_SSH_DISABLED', severity: 'high', enforcement: 'enforce', resource: 'Firewall' },
      ...{ path: 'Properties.SecurityGroupIngress.0', message: 'SSH must not be open to the world' },
      unknowns: ['SecurityGroupIngress.0.CidrIp'],
    },
  ],
  steps: [
    step('create:Network', 'AWS::EC2::VPC'),
    step('create:SubnetA', 'AWS::EC2::Subnet', { dependsOn: ['create:Network'] }),
    step('create:SubnetB', 'AWS::EC2::Subnet', { dependsOn: ['create:Network'] }),
    step('update:Firewall', 'AWS::EC2::SecurityGroup', {
      dependsOn: ['create:Network'],
      changes: [
        {
          path: 'SecurityGroupIngress.0.CidrIp',
          before: '10.0.0.0/8',
          after: { 'Fn::GetAtt': ['Network', 'CidrBlock'] },
          replacement: 'no',
        },
        { path: 'Tags', after: [{ Key: 'owner', Value: 'payments' }], replacement: 'no' },
      ],
    }),
    step('replace:Database', 'AWS::RDS::DBInstance', {
      dependsOn: ['create:SubnetA', 'create:SubnetB', 'update:Firewall'],
      holdsData: true,
      changes: [
        { path: 'AllocatedStorage', before: '100', after: '400', replacement: 'no' },
        { path: 'DBSubnetGroupName', before: 'old', after: { Ref: 'Group' }, replacement: 'yes' },
        {
          path: 'MasterUserPassword',
          before: 'plain-old',
          after: '{{resolve:secretsmanager:db}}',
          replacement: 'no',
        },
        { path: 'Port', before: '5432', replacement: 'maybe' },
      ],
    }),
    step('delete:Returns', 'AWS::SQS::Queue', {
      holdsData: true,
      dependsOn: ['replace:Database'],
      irreversible: 'AWS::SQS::Queue holds data, which a delete loses',
    }),
    step('delete:Database', 'AWS::RDS::DBInstance', {
      holdsData: true,
      dependsOn: ['replace:Database'],
      irreversible: 'AWS::RDS::DBInstance holds data, which a delete loses',
    }),
  ],
  impact: [
    {
      ...{ assetId: 'a1', logicalId: 'Api', type: 'AWS::ECS::Service', scope: 'prod/web', version: 3 },
      relation: 'dependent',
    },
    {
      ...{ assetId: 'a2', logicalId: 'Reports', type: 'AWS::Lambda::Function', scope: 'prod/bi', version: 1 },
      relation: 'dependent',
    },
  ],
  overlaps: [{ changeId: 'CHG-req-77aa00bc', requestId: 'req-77aa00bc', assets: ['Firewall'] }],
  risk: {
    ...{
      level: 'high',
      creates: 3,
      updates: 1,
      replaces: 1,
      deletes: 2,
      blastRadius: 2,
      irreversibleSteps: 3,
      dataLosses: 1,
    },
    ...{ novelTypes: ['AWS::EC2::VPC'], policyWarnings: 1, pendingResiduals: 1, exceptions: 1, exposed: [] },
    rehearsal: 'failed',
  },
  dayPoints: 4,
  approvals: [
    {
      ...{ level: 'service-owner', quorum: 1, groups: ['payments'], eligible: ['sso/ann', 'sso/ben'] },
      because: [{ rule: 'RISK_IS_NOT_LOW', message: 'The risk of the change is not low' }],
    },
    {
      ...{
        level: 'change-authority',
        quorum: 2,
        groups: ['board'],
        eligible: ['sso/cleo', 'sso/dan', 'sso/eve'],
      },
      because: [
        {
          rule: 'IRREVERSIBLE_STEPS',
          message: "The plan deletes or replaces a resource and can't restore it",
        },
        {
          rule: 'REHEARSAL_FAILED',
          message: 'In the rehearsal, rolling back the plan did not restore the previous state',
        },
      ],
    },
  ],
  window: {
    calendars: ['prod-maintenance.ics', 'freeze.ics'],
    opensAt: '2026-11-21T22:00:00.000Z',
    closesAt: '2026-11-22T04:00:00.000Z',
    reason: 'outside the maintenance window',
  },
  predicted: { doSeconds: 724, undoSeconds: 512 },
  rehearsal: {
    ...{ outcome: 'failed', planHash: sha256('plan'), seed: 'live', steps: 7, undoSteps: 7 },
    differences: [
      { resource: 'Firewall', path: 'Tags', message: 'was not set, is [{"Key":"owner","Value":"payments"}]' },
    ],
    irreversible: [
      { step: 'delete:Returns', reason: 'AWS::SQS::Queue holds data, which a delete loses' },
      { step: 'delete:Database', reason: 'AWS::RDS::DBInstance holds data, which a delete loses' },
      {
        step: 'delete:Returns',
        reason: 'Returns comes back as a new resource: its identifier is not https://sqs/returns any more',
      },
    ],
  },
  highestSeverity: 'medium',
};

const change: ChangeRecord = {
  ...{ changeId: capsule.changeId, requestId: capsule.requestId, type: 'normal', status: 'AwaitingApproval' },
  ...{ capsuleHash: sha256('capsule'), environment: 'prod', service: 'checkout', requester: ann },
  ...{
    riskLevel: 'high',
    expiresAt: '2026-11-24T09:12:00.000Z',
    reminders: 0,
    planHashes: [capsule.planHash],
  },
  ...{ verdictsHash: capsule.verdictsHash, bundleHash: capsule.bundleHash },
  openedAt: '2026-11-21T09:12:00.000Z',
};

const decision = (speaker: Decision['speaker'], more: Partial<Decision> = {}): Decision => ({
  ...{ changeId: change.changeId, capsuleHash: change.capsuleHash, kind: 'approve', speaker },
  ...{ reason: '', at: '2026-11-21T09:40:00.000Z', ...more },
});

const cleo = { voice: 'sso/cleo', arn: ann.arn.replace('/ann', '/cleo') };

export const shownChange: ShownChange = {
  change,
  capsule,
  decisions: [
    decision(ben, { reason: 'looked at it with Cleo' }),
    decision(cleo, { at: '2026-11-21T09:20:00.000Z', capsuleHash: sha256('an earlier one') }),
    decision(cleo, { at: '2026-11-21T09:50:00.000Z' }),
  ],
};

/** The same without risks: a topic, without required approvals. */
export const quietChange: ShownChange = {
  change: { ...change, type: 'standard', status: 'Approved', riskLevel: 'low', expiresAt: undefined },
  decisions: [],
  capsule: {
    ...capsule,
    ...{ type: 'standard', violations: [], waived: [], pending: [], impact: [], overlaps: [], approvals: [] },
    steps: [step('create:Topic', 'AWS::SNS::Topic')],
    risk: calm,
    window: { calendars: [] },
    predicted: { doSeconds: 6, undoSeconds: 4 },
    rehearsal: { outcome: 'passed', seed: 'live', steps: 1, undoSteps: 1, differences: [], irreversible: [] },
    highestSeverity: undefined,
  },
};
