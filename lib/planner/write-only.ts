import type { JsonValue } from '../model/json.ts';
import type { PropertyChange } from '../model/plan.ts';
import type { TypeSpec } from '../model/spec.ts';
import { overlaps } from './replacement.ts';

/** What takes the place of a write-only property when it is set: the service then drops the other by itself. */
export const alternatives: Readonly<Record<string, string>> = {
  'AWS::RDS::DBCluster.MasterUserPassword': 'ManageMasterUserPassword',
  'AWS::RDS::DBInstance.MasterUserPassword': 'ManageMasterUserPassword',
  'AWS::Redshift::Cluster.MasterUserPassword': 'ManageMasterPassword',
  'AWS::RedshiftServerless::Namespace.AdminUserPassword': 'ManageAdminPassword',
  'AWS::SecretsManager::Secret.GenerateSecretString': 'SecretString',
  'AWS::SecretsManager::Secret.SecretString': 'GenerateSecretString',
};

/**
 * What to do in place of a removal, where the service has a way. An empty source counts as none. Source:
 * `isReadReplicaPromotion`, aws-cloudformation/aws-cloudformation-resource-providers-rds.
 */
export const reviewedRemedies: Readonly<Record<string, string>> = {
  'AWS::RDS::DBInstance.SourceDBInstanceIdentifier':
    "to promote a read replica, call `aws rds promote-read-replica`, then set it to ''",
};

/**
 * The changes that remove a write-only property and can't be sent: reads hide it, so that a JSON Patch has nothing to
 * remove, and an update without it leaves it as it is ("Updating a resource", Cloud Control API user guide). A removal
 * is sent where the object or list around it is sent whole, or where something else takes its place.
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

/** How somebody who wants a write-only property gone gets there. */
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

/** Whether reads show nothing of what is removed at a path, and no hidden object around it is sent anew. */
function isHidden(path: readonly string[], before: JsonValue, spec: TypeSpec): boolean {
  const patterns = spec.writeOnly.map((pattern) => pattern.split('.')).filter((one) => overlaps(one, path));
  if (patterns.some(({ length }) => length < path.length)) return false;
  if (patterns.some(({ length }) => length === path.length)) return true;
  if (patterns.length === 0 || typeof before !== 'object' || before === null) return false;
  const parts = Object.entries(before);
  return parts.length > 0 && parts.every(([name, part]) => isHidden([...path, name], part, spec));
}

/** Whether another change of the same update makes the removal part of what is sent. */
function isSentOtherwise(
  change: PropertyChange,
  changes: readonly PropertyChange[],
  spec: TypeSpec,
): boolean {
  const path = change.path.split('.');
  const set = changes.filter((one) => one.after !== undefined);
  if (set.some((one) => one.path === alternatives[`${spec.type}.${change.path}`])) return true;
  // A list that differs in what reads show of it is sent whole.
  const inList = path.findIndex((segment) => /^\d+$/.test(segment));
  const around = `${path.slice(0, inList === -1 ? -1 : inList).join('.')}.`;
  if (inList !== -1)
    return changes.some((one) => one.path.startsWith(around) && !isWriteOnly(one.path.split('.'), spec));
  // One form of the same object for another: code from a bucket in place of code in the template.
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
