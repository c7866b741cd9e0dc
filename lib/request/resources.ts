import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { NamedPlace, Place } from '../model/place.ts';
import { isRecordSet, recordProblems } from '../model/record-sets.ts';
import type { DeletionPolicy, DesiredResource } from '../model/request.ts';
import type { RequestReach } from '../model/request-reach.ts';
import { isTagged, placedTags, reservedTags, tagsOf } from '../model/tags.ts';
import { compareText } from '../model/text.ts';
import { didYouMean, evaluate, referencesIn, type Scope } from '../template/index.ts';
import { scalarText, shown, within } from '../template/intrinsic.ts';
import { asTemplates, readHealth, resourcesInHealth } from './health.ts';
import { type HealthRules, isSecretAttribute } from './health-rules.ts';
import { plainProperty } from './plain-text.ts';
import type { Problems } from './problems.ts';
import { checkProperties } from './property-values.ts';
import { referenceProblems } from './reference-rules.ts';
import { attributeTypeOf, type KnownResource } from './request-scope.ts';
import { placeOfResource } from './resource-place.ts';
import { checkScaling } from './scaling.ts';
import { secretLiterals } from './sensitive.ts';
import { checkTraffic } from './traffic.ts';

/** The context for reading each resource of a request. */
export interface ResourceWorld {
  scope: Scope;
  resources: ReadonlyMap<string, KnownResource>;
  problems: Problems;
  place: { account: string; region: string };
  /** Named places of the environment, the default first. */
  places?: readonly NamedPlace[];
  /** The scope in which a resource of a place is evaluated: `AWS::Region` is its own. */
  scopeAt?(place: Place): Scope;
  environment?: string;
  /** What the request may reach outside of itself. */
  reach?: RequestReach;
  lineOf(path: string): number | undefined;
}

const resourceKeys = [
  ...['Type', 'Properties', 'DependsOn', 'Condition', 'DeletionPolicy', 'UpdateReplacePolicy', 'Metadata'],
  ...['CreationPolicy', 'UpdatePolicy', 'Version', 'Description', 'Baton'],
];

/** Returns a desired resource, evaluated and checked against its type. Reports problems. */
export function readResource(logicalId: string, resource: JsonObject, world: ResourceWorld): DesiredResource {
  const { problems } = world;
  const path = within('Resources', logicalId);
  const spec = world.resources.get(logicalId)?.spec;
  for (const key of Object.keys(resource)) {
    if (resourceKeys.includes(key)) continue;
    problems.add(
      within(path, key),
      'UnknownKey',
      `a resource has no "${key}"${didYouMean(key, resourceKeys)}`,
    );
  }
  const type = scalarText(resource.Type) ?? '';
  const place = placeOfResource(resource.Baton, { type, path }, world.places ?? [], problems);
  const scope = place === undefined ? world.scope : (world.scopeAt?.(place) ?? world.scope);
  const evaluated = evaluatedProperties(resource, scope, within(path, 'Properties'), problems);
  const properties = spec === undefined ? evaluated : checkedProperties(evaluated, spec, path, world);
  for (const problem of isRecordSet(type) ? recordProblems(type, properties) : [])
    problems.add(`${within(path, 'Properties')}.${problem.path}`, 'Record', problem.message);
  if (spec !== undefined) checkTags(properties, spec, within(path, 'Properties'), world);
  const block =
    resource.Baton === undefined ? undefined : evaluate(resource.Baton, scope, within(path, 'Baton'));
  const watched =
    block === undefined ? {} : readHealth(block, within(path, 'Baton'), problems, healthRules(world));
  if (isObject(block) && block.scaling !== undefined)
    checkScaling(asTemplates(block.scaling), { type, properties }, within(path, 'Baton.scaling'), problems);
  if (isObject(block) && block.traffic !== undefined)
    checkTraffic(asTemplates(block.traffic), type, within(path, 'Baton.traffic'), problems);
  const references = referencesIn(properties).map((reference) => reference.logicalId);
  const needed = [
    ...references,
    ...explicitDependencies(resource, path, world),
    ...othersInHealth(logicalId, watched.health ?? []),
  ];
  return {
    logicalId,
    type,
    ...(place === undefined ? {} : { place }),
    properties,
    dependsOn: [...new Set(needed)]
      .filter((id) => world.resources.get(id)?.active === true)
      .sort(compareText),
    ...policiesOf(resource, path, world),
    ...(isObject(resource.Metadata) ? { metadata: resource.Metadata } : {}),
    ...updatePolicyOf(resource, path, scope),
    ...watched,
    ...restOfBlock(block),
    line: world.lineOf(path),
  };
}

function evaluatedProperties(
  resource: JsonObject,
  scope: Scope,
  path: string,
  problems: Problems,
): JsonObject {
  const written = resource.Properties ?? {};
  const evaluated = evaluate(written, scope, path) ?? {};
  if (isObject(evaluated)) return evaluated;
  problems.add(path, 'WrongType', `expected an object, got ${shown(evaluated)}`);
  return {};
}

function checkedProperties(
  properties: JsonObject,
  spec: NonNullable<KnownResource['spec']>,
  path: string,
  { resources, problems, place, reach }: ResourceWorld,
): JsonObject {
  const here = within(path, 'Properties');
  const attributeType = (logicalId: string, attribute: string) => {
    const other = resources.get(logicalId)?.spec;
    return other === undefined ? undefined : attributeTypeOf(other, attribute);
  };
  for (const { path } of secretLiterals(properties, spec.sensitive, here))
    problems.add(path, plainProperty.code, plainProperty.message);
  for (const { path: inside, code, message } of referenceProblems(properties, {
    ...{ type: spec.type, sensitive: spec.sensitive, place },
    ...(reach !== undefined && { reach }),
  }))
    problems.add(within(here, inside), code, message);
  return checkProperties(
    properties,
    {
      ...{ spec, attributeType, isResource: (name) => resources.has(name) },
      report: (at, code, message) => problems.add(at, code, withoutValue(message, at, here, spec)),
    },
    here,
  );
}

/** Reports problems of a secret without its value. */
function withoutValue(
  message: string,
  at: string,
  properties: string,
  spec: NonNullable<KnownResource['spec']>,
): string {
  const inside = at.slice(properties.length + 1).replaceAll(/\.\d+(?=\.|$)/g, '.*');
  return isSecretAttribute(spec, inside) ? message.replace(/, got .*$/s, '') : message;
}

/** Tags that begin with `baton:` are reserved, and Baton must be able to add its own to a template's tags. */
function checkTags(
  properties: JsonObject,
  spec: NonNullable<KnownResource['spec']>,
  path: string,
  { environment, problems }: ResourceWorld,
): void {
  if (environment === undefined) return;
  for (const { path: inside, key } of reservedTags(properties, placedTags(environment)))
    problems.add(
      within(path, inside),
      'ReservedTag',
      `the tag ${key} is reserved: Baton sets it to the environment of the resource. Remove it`,
    );
  const { property = '' } = spec.tags ?? {};
  if (!isTagged(spec) || tagsOf(properties[property]) !== undefined) return;
  problems.add(
    within(path, property),
    'TagsNotReadable',
    'the list of tags comes from another resource; expected a literal list, because Baton adds its own tag. Values of single tags may come from other resources',
  );
}

function explicitDependencies(
  resource: JsonObject,
  path: string,
  { resources, problems }: ResourceWorld,
): string[] {
  const written = resource.DependsOn ?? [];
  const list = Array.isArray(written) ? written : [written];
  const here = within(path, 'DependsOn');
  return list.flatMap((name, index) => {
    const place = Array.isArray(written) ? within(here, index) : here;
    if (typeof name !== 'string') {
      problems.add(place, 'WrongType', `DependsOn takes logical ids, got ${shown(name)}`);
      return [];
    }
    // Omits a dependency on a resource whose condition is false, as CloudFormation does.
    if (resources.has(name)) return [name];
    const hint = didYouMean(name, resources.keys());
    problems.add(place, 'UnknownReference', `DependsOn: there is no resource "${name}"${hint}`);
    return [];
  });
}

function updatePolicyOf(
  { UpdatePolicy: written }: JsonObject,
  path: string,
  scope: Scope,
): Pick<DesiredResource, 'updatePolicy'> {
  const updatePolicy =
    written === undefined ? undefined : evaluate(written, scope, within(path, 'UpdatePolicy'));
  return isObject(updatePolicy) ? { updatePolicy } : {};
}

/** Returns the declarations of the block that no field of the resource has. */
function restOfBlock(block: JsonValue | undefined): Pick<DesiredResource, 'baton'> {
  if (!isObject(block)) return {};
  const { health: _, bake: __, place: ___, ...baton } = block;
  return Object.keys(baton).length === 0 ? {} : { baton };
}

function healthRules({ resources, reach }: ResourceWorld): HealthRules {
  return {
    specOf: (name) => resources.get(name)?.spec,
    isResource: (name) => resources.get(name)?.active === true,
    healthHosts: reach?.healthHosts ?? [],
  };
}

function othersInHealth(logicalId: string, health: NonNullable<DesiredResource['health']>): string[] {
  return health.length === 0 ? [] : resourcesInHealth(health).filter((id) => id !== logicalId);
}

const deletionPolicies: readonly DeletionPolicy[] = ['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'];
/** Types that can be kept as a snapshot. Source: "DeletionPolicy attribute", AWS CloudFormation Template Reference. */
const snapshotTypes = new Set([
  ...['AWS::DocDB::DBCluster', 'AWS::EC2::Volume', 'AWS::ElastiCache::CacheCluster'],
  ...['AWS::ElastiCache::ReplicationGroup', 'AWS::Neptune::DBCluster', 'AWS::RDS::DBCluster'],
  ...['AWS::RDS::DBInstance', 'AWS::Redshift::Cluster'],
]);

function policiesOf(resource: JsonObject, path: string, world: ResourceWorld) {
  const type = scalarText(resource.Type) ?? '';
  const deletionPolicy = policyOf(resource.DeletionPolicy, within(path, 'DeletionPolicy'), type, world);
  const updateReplacePolicy = policyOf(
    resource.UpdateReplacePolicy,
    within(path, 'UpdateReplacePolicy'),
    type,
    world,
  );
  // Without a policy, database clusters and standalone instances are kept as snapshots.
  const snapshotByDefault =
    type === 'AWS::RDS::DBCluster' ||
    (type === 'AWS::RDS::DBInstance' &&
      isObject(resource.Properties) &&
      resource.Properties.DBClusterIdentifier === undefined);
  return {
    deletionPolicy: deletionPolicy ?? (snapshotByDefault ? 'Snapshot' : 'Delete'),
    updateReplacePolicy: updateReplacePolicy ?? 'Delete',
  };
}

function policyOf(
  written: JsonValue | undefined,
  path: string,
  type: string,
  { scope, problems }: ResourceWorld,
) {
  if (written === undefined) return undefined;
  const value = evaluate(written, scope, path);
  const policy = deletionPolicies.find((name) => name === value);
  if (policy === undefined) {
    problems.add(path, 'WrongType', `expected ${deletionPolicies.join(', ')}, got ${shown(value)}`);
  } else if (policy === 'Snapshot' && !snapshotTypes.has(type)) {
    problems.add(path, 'WrongType', `${type} can't be kept as a snapshot; Retain keeps the resource itself`);
  }
  return policy;
}
