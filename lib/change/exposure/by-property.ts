import { isObject, type JsonValue } from '../../model/json.ts';
import { isCidr } from './addresses.ts';
import { documentName, readDocument, statementsIn, strangers, worstOf } from './statements.ts';
import type { ExposureKind, Finding, Frame, Place } from './types.ts';

interface PropertyRow {
  /** The name of the property, at any depth. */
  name: RegExp;
  kind: ExposureKind;
  message: string;
  /** Returns the message if the value is one of the worst for this kind. */
  worst?: (place: Place, frame: Frame) => string | undefined;
}

const isTrue = (value: JsonValue) => value === true || String(value).toLowerCase() === 'true';
const texts = (value: JsonValue): string[] =>
  [value].flat(3).filter((one): one is string => typeof one === 'string');
const stranger = ({ value }: Place, frame: Frame) => strangers([value].flat(), frame)?.message;
const everyone =
  (words: RegExp, message: string) =>
  ({ value }: Place) =>
    texts(value).some((one) => words.test(one)) ? message : undefined;

/** Property names that carry an exposure in any type. One name may match several kinds. */
const rows: readonly PropertyRow[] = [
  {
    name: /(?:ManagedPolicyArns?|PermissionsBoundary|PolicyArns?|PermissionSets?|Permissions|Privileges|Grants|AccountRoles?)$/,
    kind: 'rights',
    message: 'gives or bounds rights',
    worst: everyone(
      /(?:AdministratorAccess|PowerUserAccess|IAMFullAccess|AWSOrganizationsFullAccess|AWSSSO\w*Administrator|FullAccess)/i,
      'gives the rights of an administrator',
    ),
  },
  {
    name: /(?:Role|RoleArn|RoleARN|InstanceProfile\w*|ServiceToken|Roles)$/,
    kind: 'rights',
    message: 'acts with this role',
  },
  {
    name: /(?:Principals?|TrustedAccounts?|AccountIds?|AllowedPrincipals?|PrincipalArn|UserIds|SharedAccounts?|SourceAccount|OrganizationArns?|PrincipalOrgID)$/,
    kind: 'trust',
    message: 'says who is let in',
    worst: stranger,
  },
  {
    name: /(?:Authoriz(?:er|ation)\w*|AuthType|Authentication\w*|IamAuth\w*|OpenIDConnect\w*|Saml\w*|OidcConfig\w*|EnableIAMDatabaseAuthentication)$/i,
    kind: 'trust',
    message: 'says how callers are known',
    worst: everyone(/^NONE$/i, 'lets anyone call without authentication'),
  },
  {
    name: /(?:Kms\w*|KMS\w*|EncryptionKey\w*|MasterKey\w*|SSESpecification|SSEAlgorithm|ServerSideEncryption\w*|Encryption\w*|Encrypted|EncryptAtRest\w*|StorageEncrypted|SseEnabled|SqsManagedSseEnabled)$/,
    kind: 'data-protection',
    message: 'says how data is encrypted',
  },
  { name: /(?:Cidr|CIDR)\w*$/, kind: 'network', message: 'says which addresses are let through' },
  {
    name: /(?:PubliclyAccessible|AssociatePublicIp\w*|MapPublicIpOnLaunch|AssignPublicIp|PublicAccess|EndpointPublicAccess|PubliclyReadable|DirectInternetAccess|NetworkAccessType|AllowPublic\w*)$/i,
    kind: 'network',
    message: 'says whether it is reached from the internet',
    worst: ({ value }) =>
      isTrue(value) || texts(value).some((one) => /^(?:enabled|public)$/i.test(one))
        ? 'is reached from the internet'
        : undefined,
  },
  {
    name: /^(?:Scheme|EndpointType|PublicAccessCidrs|IpAddressType|ConnectivityType)$/,
    kind: 'network',
    message: 'says from where it is reached',
  },
  {
    name: /(?:SecurityGroups?|SecurityGroupIds?|SecurityGroupIngress|SecurityGroupEgress|VpcSecurityGroupIds?|VPCSecurityGroups?|VpcConfig|VPCOptions|SubnetIds?|Subnets)$/,
    kind: 'network',
    message: 'says what it is reached by',
  },
  {
    name: /(?:SourcePrefixListId|DestinationPrefixListId|PrefixListId)$/,
    kind: 'network',
    message: 'lets a list of networks through that is kept elsewhere',
  },
  {
    name: /(?:Secret\w*|Password|AuthToken|MasterUserPassword|ManageMasterUserPassword|Credentials?)$/i,
    kind: 'secrets',
    message: 'is, or names, a secret',
  },
  {
    name: /(?:DeletionProtection\w*|EnableTerminationProtection|TerminationProtection|DisableApiTermination|PreventDeletion)$/,
    kind: 'data-protection',
    message: 'says whether it can be deleted',
  },
  {
    name: /(?:Backup\w*|PointInTimeRecovery\w*|SnapshotRetention\w*|AutomatedSnapshot\w*|Snapshot\w*Policy|Versioning\w*|ObjectLock\w*|Lifecycle(?:Configuration|Policy|Policies)|Replication\w*|TimeToLive\w*|RetentionPeriod\w*|MessageRetentionPeriod|SkipFinalSnapshot|DeleteAutomatedBackups)$/,
    kind: 'data-protection',
    message: 'says how long data is kept, and in how many copies',
  },
  {
    name: /(?:Logging\w*|LogConfig\w*|AccessLog\w*|LogDestination\w*|EnableLogging|IsLogging|\w*LogsExports|RetentionInDays|Monitoring\w*|EnablePerformanceInsights|ActionsEnabled|TracingConfig|AuditLog\w*|EnableLogFileValidation|LogPublishing\w*)$/,
    kind: 'observability',
    message: 'says what is recorded or alarmed',
  },
  {
    name: /(?:PublicAccessBlock\w*|BlockPublic\w*|IgnorePublicAcls|RestrictPublicBuckets|AccessControl|ObjectOwnership|OwnershipControls|LaunchPermissions?|CreateVolumePermissions?|AllowExternalPrincipals|Shared\w*|WebsiteConfiguration|CorsConfiguration)$/,
    kind: 'sharing',
    message: 'says with whom it is shared',
    worst: (place) =>
      everyone(/^(?:Public\w*|AuthenticatedRead|all)$/, 'is shared with everyone')(place) ??
      (/^(?:BlockPublic\w*|IgnorePublicAcls|RestrictPublicBuckets)$/.test(place.name) && !isTrue(place.value)
        ? 'no longer keeps the public out'
        : place.name === 'AllowExternalPrincipals' && isTrue(place.value)
          ? 'may be shared outside the organization'
          : undefined),
  },
  {
    name: /(?:UserData|Command|Commands|EntryPoint|DefinitionString|DefinitionBody|BuildSpec|Buildspec)$/,
    kind: 'vehicle',
    message: 'says what is run',
  },
];

/** Returns the exposures of a value, found by its name and by its contents. */
export function findingsAt(place: Place, frame: Frame): Finding[] {
  const found = rows
    .filter(({ name }) => name.test(place.name))
    .map(({ kind, message, worst }): Finding => {
      const worse = worst?.(place, frame);
      return { kind, level: worse === undefined ? 'medium' : 'high', message: worse ?? message };
    });
  return [...found, ...ofDocument(place, frame), ...ofText(place), ...elsewhere(place, frame)];
}

/** Finds exposures in a policy document under any property name. */
function ofDocument({ name, value }: Place, frame: Frame): Finding[] {
  // List elements are checked one by one.
  if (Array.isArray(value)) return [];
  const document = readDocument(value);
  const statements = document === undefined ? [] : statementsIn(document);
  if (statements.length === 0) {
    if (!documentName.test(name) || /^(?:Deletion|UpdateReplace|Redrive|Scaling|Tracking)/.test(name))
      return [];
    return isObject(value) && document !== undefined && !('Statement' in document)
      ? [{ kind: 'resource-policy', level: 'medium', message: 'is a policy' }]
      : [{ kind: 'resource-policy', level: 'medium', message: 'is a policy that can not be read yet' }];
  }
  const trust = name === 'AssumeRolePolicyDocument';
  const resource = statements.some((one) => 'Principal' in one || 'NotPrincipal' in one);
  const kind = trust ? 'trust' : resource ? 'resource-policy' : 'rights';
  const worst = worstOf(statements, frame);
  const plain: Finding = { kind, level: 'medium', message: 'is a policy' };
  return worst === undefined ? [plain] : [plain, worst];
}

/** Finds secrets and network ranges, which can appear in any property. */
function ofText({ value, name }: Place): Finding[] {
  if (typeof value !== 'string') return [];
  if (value.includes('{{resolve:'))
    return [{ kind: 'secrets', level: 'medium', message: 'reads a secret or a parameter' }];
  if (isCidr(value) && value.includes('/') && !/^(?:Description|Name)$/.test(name))
    return [{ kind: 'network', level: 'medium', message: 'names a network' }];
  return [];
}

/** Extracts an account number from an ARN or from the URL of a queue. */
const accountOf = /(?:^|[^\w])arn:[\w-]+:[\w-]*:[\w-]*:(\d{12}):|^https:\/\/sqs\.[\w.-]+\/(\d{12})\//;
/** Names of properties that send data to a destination. */
const destination = /(?:Destination\w*|Endpoint|Ur[li]|UR[LI]|Address(?:es)?|BucketArn|BucketARN)$/;
const outside = /^(?:https?|ftps?|sftp|wss?):\/\/|^[^\s@]+@[^\s@]+\.|^\+\d{6,}$|^arn:[\w-]+:s3:::/i;

/**
 * Finds references to other accounts, and addresses that data may be sent to. A reference to a resource of the plan
 * contains no account. A bucket that is named directly may belong to any account.
 */
function elsewhere({ value, name }: Place, { account }: Frame): Finding[] {
  if (typeof value !== 'string') return [];
  const [, byArn, byUrl] = accountOf.exec(value) ?? [];
  const named = byArn ?? byUrl;
  if (named !== undefined && account !== '' && named !== account)
    return [{ kind: 'sharing', level: 'medium', message: `names something of account ${named}` }];
  return destination.test(name) && outside.test(value)
    ? [{ kind: 'sharing', level: 'medium', message: 'names an address that data may be sent to' }]
    : [];
}
