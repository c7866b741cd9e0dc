import type { Asset } from '../model/asset.ts';
import type { Problem } from '../model/errors.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import type { PropertyChange } from '../model/plan.ts';
import type { DesiredResource } from '../model/request.ts';
import type { TypeSpec } from '../model/spec.ts';

/**
 * A replacement exists together with the old resource for a while, so both can't have the same name. CloudFormation
 * rejects such an update ("cannot update a stack when a custom-named resource requires replacing", AWS CloudFormation
 * User Guide, Name type), and so does Baton, with the remedy.
 */
export function nameConflict(
  resource: DesiredResource,
  changes: readonly PropertyChange[],
  spec: TypeSpec,
): Problem | undefined {
  const changed = new Set(changes.map((change) => change.path.split('.')[0] ?? ''));
  const name = keptName(resource, changed, spec);
  if (name === undefined) return undefined;
  const causes = changes.filter((change) => change.replacement === 'yes').map((change) => change.path);
  return {
    path: `Resources.${resource.logicalId}.Properties.${name}`,
    code: 'CustomNameNeedsReplacing',
    message:
      `changing ${causes.join(', ')} replaces ${resource.logicalId} (${resource.type}), but its ${name} stays ` +
      `${JSON.stringify(resource.properties[name])}, and two resources can't have it at once; change ${name}, ` +
      'or leave it out to have one made up',
    ...(resource.line === undefined ? {} : { line: resource.line }),
  };
}

/**
 * Returns the property that names the resource and doesn't change, or undefined if the replacement gets another name.
 */
function keptName(
  resource: DesiredResource,
  changed: ReadonlySet<string>,
  spec: TypeSpec,
): string | undefined {
  const kept = (name: string) => resource.properties[name] !== undefined && !changed.has(name);
  if (spec.primaryIdentifier.length > 0 && spec.primaryIdentifier.every(kept)) {
    return spec.primaryIdentifier.at(-1);
  }
  const name = uniqueName(spec);
  if (name === undefined || !kept(name)) return undefined;
  // With another parent, the same name identifies another resource.
  const parents = spec.createOnly.filter((path) => isParent(path, spec.type));
  return parents.some((path) => path !== name && changed.has(path)) ? undefined : name;
}

/** Returns a create-only property named after the type: `TopicName` of a topic, `Name` of a load balancer. */
function uniqueName(spec: TypeSpec): string | undefined {
  const kind = spec.type.split('::').at(-1) ?? '';
  return spec.createOnly.find((path) => {
    if (path === 'Name') return true;
    const stem = path.endsWith('Name') ? path.slice(0, -'Name'.length) : '';
    return stem !== '' && kind.toLowerCase().endsWith(stem.toLowerCase());
  });
}

function isParent(path: string, type: string): boolean {
  if (path === 'VpcId') return type === 'AWS::EC2::SecurityGroup';
  return /(?:Id|Name|Arn|Identifier)$/.test(path) && !/Kms|Role|Template|Snapshot|Image/.test(path);
}

/**
 * Reports a new resource whose name belongs to one that will be deleted, which exists until cleanup after the create.
 */
export function nameStillTaken(
  resource: DesiredResource,
  spec: TypeSpec | undefined,
  doomed: ReadonlyMap<string, Asset>,
): Problem | undefined {
  const parts = (spec?.primaryIdentifier ?? []).map((name) => resource.properties[name]);
  if (parts.length === 0 || parts.some((part) => !isLiteral(part))) return undefined;
  const asset = doomed.get(`${resource.type} ${parts.join('|')}`);
  if (asset === undefined) return undefined;
  return {
    path: `Resources.${resource.logicalId}`,
    code: 'NameTaken',
    message:
      `${resource.logicalId} (${resource.type}) would be ${asset.identifier}, which ${asset.logicalId} still is ` +
      `while it is being removed; keep the name ${asset.logicalId}, or give the resource another identifier`,
    ...(resource.line === undefined ? {} : { line: resource.line }),
  };
}

function isLiteral(value: JsonValue | undefined): boolean {
  return value !== undefined && !isObject(value) && !Array.isArray(value);
}
