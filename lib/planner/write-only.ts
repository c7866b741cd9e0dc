import type { JsonValue } from '../model/json.ts';
import type { PropertyChange } from '../model/plan.ts';
import type { TypeSpec } from '../model/spec.ts';
import { overlaps } from './replacement.ts';

/** Alternatives of a write-only property: if one is set, the service drops the other. */
export const alternatives: Readonly<Record<string, string>> = {
  'AWS::RDS::DBCluster.MasterUserPassword': 'ManageMasterUserPassword',
  'AWS::RDS::DBInstance.MasterUserPassword': 'ManageMasterUserPassword',
  'AWS::Redshift::Cluster.MasterUserPassword': 'ManageMasterPassword',
  'AWS::RedshiftServerless::Namespace.AdminUserPassword': 'ManageAdminPassword',
  'AWS::SecretsManager::Secret.GenerateSecretString': 'SecretString',
  'AWS::SecretsManager::Secret.SecretString': 'GenerateSecretString',
};

/**
 * Remedies in place of a removal, if the service has one. An empty source counts as none. Source:
 * `isReadReplicaPromotion`, aws-cloudformation/aws-cloudformation-resource-providers-rds.
 */
export const reviewedRemedies: Readonly<Record<string, string>> = {
  'AWS::RDS::DBInstance.SourceDBInstanceIdentifier':
    "to promote a read replica, call `aws rds promote-read-replica`, then set it to ''",
};

/**
 * Returns the changes that remove a write-only property and can't be sent. Reads hide it, so a JSON Patch has nothing
 * to remove, and an update without it leaves it unchanged ("Updating a resource", Cloud Control API user guide). A
 * removal can be sent if its parent object or list is sent as a whole, or if an alternative replaces it.
 */
export function unsendable(changes: readonly PropertyChange[], spec: TypeSpec): PropertyChange[] {
  if (spec.writeOnly.length === 0) return [];
  return changes.filter(
    (change) =>
      change.before !== undefined &&
      change.after === undefined &&
      isHidden(change.path.split('.'), change.before, spec) &&
      !isSentOtherwise(change, changes, spec),
  );
}

/** Returns how to remove a write-only property in another way. */
export function remedyOf({ path, before }: PropertyChange, { type }: TypeSpec): string {
  const name = `${type}.${path}`;
  const other = alternatives[name];
  const own =
    reviewedRemedies[name] ??
    (other === undefined ? undefined : `set ${other} in its place`) ??
    (before === true ? 'set it to false' : undefined);
  const ways = ['keep it as it is', own, 'have the resource replaced with `Baton: { replace: true }`'];
  return `Instead, ${ways.filter((way) => way !== undefined).join(', or ')}.`;
}

/** Tells whether reads show nothing of the removed value, and no hidden parent object is sent again. */
function isHidden(path: readonly string[], before: JsonValue, spec: TypeSpec): boolean {
  const patterns = spec.writeOnly.map((pattern) => pattern.split('.')).filter((one) => overlaps(one, path));
  if (patterns.some(({ length }) => length < path.length)) return false;
  if (patterns.some(({ length }) => length === path.length)) return true;
  if (patterns.length === 0 || typeof before !== 'object' || before === null) return false;
  const parts = Object.entries(before);
  return parts.length > 0 && parts.every(([name, part]) => isHidden([...path, name], part, spec));
}

/** Tells whether another change of the same update makes the removal part of what is sent. */
function isSentOtherwise(
  change: PropertyChange,
  changes: readonly PropertyChange[],
  spec: TypeSpec,
): boolean {
  const path = change.path.split('.');
  const set = changes.filter((one) => one.after !== undefined);
  if (set.some((one) => one.path === alternatives[`${spec.type}.${change.path}`])) return true;
  // A list with visible differences is sent as a whole.
  const inList = path.findIndex((segment) => /^\d+$/.test(segment));
  const around = `${path.slice(0, inList === -1 ? -1 : inList).join('.')}.`;
  if (inList !== -1)
    return changes.some((one) => one.path.startsWith(around) && !isWriteOnly(one.path.split('.'), spec));
  // One form of an object replaces another: code from a bucket in place of code in the template.
  return (
    path.length > 1 &&
    set.some((one) => one.path.startsWith(around) && isWriteOnly(one.path.split('.'), spec))
  );
}

function isWriteOnly(path: readonly string[], spec: TypeSpec): boolean {
  return spec.writeOnly.some((pattern) => {
    const parts = pattern.split('.');
    return parts.length <= path.length && overlaps(parts, path);
  });
}
