/** The template as the local cloud reads it: with resolved names and functions, and without anything unsupported. */
import { InvalidInput, type Problem } from '../../model/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import {
  evaluate,
  evaluateCondition,
  isUnresolved,
  type notYetKnown,
  pseudoParameters,
  type Scope,
} from '../../template/index.ts';
import { stableId } from '../iam/identity.ts';
import { type Assembly, nestedAssembly, resourcesOf, type TemplateResource } from './assembly.ts';
import { misfits, within } from './nested.ts';
import type { Place, ResourceTypeRow } from './resource-type-row.ts';
import { nestedStackType, resourceTypes } from './resource-types.ts';

/** A created resource. Its properties contain no functions anymore. */
export interface StackResource {
  logicalId: string;
  type: string;
  name: string;
  arn: string | undefined;
  properties: JsonObject;
}

export class Stack {
  readonly place: Place;
  /** All of the template, then all of its nested stacks. */
  readonly resources: StackResource[];
  private readonly assembly: Assembly;
  private readonly template: JsonObject;
  private readonly scope: Scope;
  private readonly declared: Map<string, TemplateResource>;
  private readonly names = new Map<string, string>();
  /** By logical id; `opening` while it is being brought up. */
  private readonly nested = new Map<string, Stack | 'opening'>();

  /** Throws InvalidInput with the names of everything that the local cloud doesn't support. */
  constructor(
    assembly: Assembly,
    place: Omit<Place, 'stackName'>,
    parameters: Record<string, JsonValue> = {},
  ) {
    this.place = { ...place, stackName: assembly.stackName };
    this.assembly = assembly;
    this.template = assembly.template;
    this.scope = this.scopeOf(parameters);
    const present = resourcesOf(assembly.template).filter((resource) => this.isPresent(resource));
    this.declared = new Map(present.map((resource) => [resource.logicalId, resource]));
    const problems = present.flatMap(unknownParts);
    if (problems.length > 0) throw new InvalidInput(problems);
    const nested = present.filter(({ type }) => type === nestedStackType);
    const inner = within(nested, ({ logicalId }) => this.nestedStack(logicalId).resources);
    this.resources = [...present.map((resource) => this.resolved(resource)), ...inner];
  }

  ofType(type: string): StackResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** Returns the resolved outputs of the template. */
  outputs(): Record<string, JsonValue> {
    const outputs = Object.entries((this.template.Outputs ?? {}) as Record<string, JsonObject>);
    return Object.fromEntries(
      outputs.map(([name, output]) => [name, this.resolve(output.Value ?? null, name)]),
    );
  }

  private resolved(resource: TemplateResource): StackResource {
    const { logicalId, type } = resource;
    const properties: JsonObject = {};
    for (const [name, value] of Object.entries(resource.properties)) {
      const result = evaluate(value, this.scope, `Resources.${logicalId}.Properties.${name}`);
      if (result !== undefined) properties[name] = result;
    }
    return { logicalId, type, name: this.nameOf(logicalId), arn: this.arnOf(logicalId), properties };
  }

  private resolve(value: JsonValue, path: string): JsonValue {
    const result = evaluate(value, this.scope, path) ?? null;
    if (!isUnresolved(result)) return result;
    const message = `${JSON.stringify(value)} can't be resolved by the local cloud`;
    throw new InvalidInput([{ path, message, code: 'Unresolvable' }]);
  }

  private scopeOf(parameters: Record<string, JsonValue>): Scope {
    const pseudo = pseudoParameters(this.place);
    const declared = (this.template.Parameters ?? {}) as Record<string, JsonObject>;
    const conditions = (this.template.Conditions ?? {}) as JsonObject;
    const mappings = (this.template.Mappings ?? {}) as Record<string, JsonObject>;
    return {
      ref: (name) => pseudo[name] ?? parameters[name] ?? declared[name]?.Default ?? this.ref(name),
      attribute: (logicalId, name) => this.attribute(logicalId, name),
      mapping: (name) => mappings[name],
      condition: (name) => {
        const condition = conditions[name];
        return condition === undefined
          ? undefined
          : evaluateCondition(condition, this.scope, `Conditions.${name}`);
      },
      azs: (region) => ['a', 'b', 'c'].map((zone) => region + zone),
    };
  }

  private isPresent(resource: TemplateResource): boolean {
    return resource.condition === undefined || this.scope.condition?.(resource.condition) === true;
  }

  /**
   * A nested stack, brought up when something first needs it: its parameters are what the template says, and what it
   * refers to comes first, as with DependsOn of CloudFormation. One that fails fails the whole.
   */
  private nestedStack(logicalId: string): Stack {
    const path = `Resources.${logicalId}`;
    const known = this.nested.get(logicalId);
    if (known === 'opening')
      throw new InvalidInput([
        {
          path,
          message: `Circular dependency between resources: [${logicalId}]`,
          code: 'CircularDependency',
        },
      ]);
    if (known !== undefined) return known;
    this.nested.set(logicalId, 'opening');
    const given = Object.entries(objectAt(this.declared.get(logicalId)?.properties ?? {}, 'Parameters'));
    const parameters = Object.fromEntries(
      given.map(([name, value]) => [name, this.resolve(value, `${path}.Properties.Parameters.${name}`)]),
    );
    const url = String(this.property(logicalId, 'TemplateURL'));
    const assembly = nestedAssembly(this.assembly, this.nameOf(logicalId), url);
    const problems = misfits(assembly.template, parameters);
    if (problems.length > 0) throw new InvalidInput(problems);
    const stack = new Stack(assembly, this.place, parameters);
    this.nested.set(logicalId, stack);
    return stack;
  }

  private ref(logicalId: string): JsonValue | undefined {
    const row = this.rowOf(logicalId);
    if (row === undefined) return undefined;
    if (row.ref === 'arn') return this.arnOf(logicalId);
    if (row.ref === 'url') return row.url?.(this.place, this.nameOf(logicalId));
    return this.nameOf(logicalId);
  }

  private attribute(logicalId: string, attribute: string): JsonValue | typeof notYetKnown | undefined {
    const row = this.rowOf(logicalId);
    if (row === undefined) return undefined;
    if (this.declared.get(logicalId)?.type === 'AWS::Lambda::Url' && attribute === 'FunctionArn') {
      return this.property(logicalId, 'TargetFunctionArn');
    }
    if (this.declared.get(logicalId)?.type === nestedStackType && attribute.startsWith('Outputs.'))
      return this.nestedStack(logicalId).outputs()[attribute.slice('Outputs.'.length)];
    const kind = row.attributes?.[attribute];
    if (kind === 'arn') return this.arnOf(logicalId);
    if (kind === 'name') return this.nameOf(logicalId);
    if (kind === 'url') return row.url?.(this.place, this.nameOf(logicalId));
    return kind?.(this.place, this.nameOf(logicalId));
  }

  private property(logicalId: string, name: string): JsonValue | undefined {
    const value = this.declared.get(logicalId)?.properties[name];
    return value === undefined ? undefined : evaluate(value, this.scope);
  }

  private nameOf(logicalId: string): string {
    let name = this.names.get(logicalId);
    if (name === undefined) {
      const row = this.rowOf(logicalId);
      const given = row?.nameProperty && this.property(logicalId, row.nameProperty);
      name = typeof given === 'string' ? given : madeUpName(this.place, logicalId, row);
      this.names.set(logicalId, name);
    }
    return name;
  }

  private arnOf(logicalId: string): string | undefined {
    const row = this.rowOf(logicalId);
    if (row?.arn === undefined) return undefined;
    // The parts of an ARN other than the name.
    const parts: JsonObject = {};
    for (const part of ['EventBusName', 'Path']) {
      const value = this.property(logicalId, part);
      if (value !== undefined) parts[part] = value;
    }
    return row.arn(this.place, this.nameOf(logicalId), parts);
  }

  private rowOf(logicalId: string): ResourceTypeRow | undefined {
    const resource = this.declared.get(logicalId);
    return resource && resourceTypes[resource.type];
  }
}

function madeUpName(place: Place, logicalId: string, row: ResourceTypeRow | undefined): string {
  const seed = `${place.account} ${place.region} ${place.stackName} ${logicalId}`;
  const hex = Buffer.from(stableId('', seed, 32)).toString('hex');
  if (row?.nameForm === 'uuid') {
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `8${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join('-');
  }
  const suffix = stableId('', seed, 12);
  if (row?.nameForm === 'lower') {
    return `${`${place.stackName}-${logicalId}`.toLowerCase().slice(0, 50)}-${suffix.toLowerCase()}`;
  }
  return `${place.stackName.slice(0, 24)}-${logicalId.slice(0, 24)}-${suffix}`;
}

/** Returns unsupported types and properties, which the local cloud would otherwise have to ignore. */
function unknownParts(resource: TemplateResource): Problem[] {
  const path = `Resources.${resource.logicalId}`;
  const row = resourceTypes[resource.type];
  if (row === undefined) {
    const message = `the local cloud does not bring up ${resource.type}; it brings up ${Object.keys(resourceTypes).join(', ')}`;
    return [{ path: `${path}.Type`, message, code: 'UnknownType' }];
  }
  const known = new Set([...row.used, ...(row.accepted ?? [])]);
  return Object.keys(resource.properties)
    .filter((name) => !known.has(name))
    .map((name) => ({
      path: `${path}.Properties.${name}`,
      message: `the local cloud does not know what ${name} of ${resource.type} means`,
      code: 'UnknownProperty',
    }));
}

/** Returns a property that is an object, or an empty object. */
export function objectAt(properties: JsonObject, name: string): JsonObject {
  const value = properties[name];
  return isObject(value) ? value : {};
}

/** Returns a property that is a list of objects, or an empty list. */
export function objectsAt(properties: JsonObject, name: string): JsonObject[] {
  const value = properties[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
}
