import { BatonError } from '../model/errors.ts';
import { canonicalJson, type JsonObject, type PatchOperation } from '../model/json.ts';
import type { TypeLookup, TypeSpec } from '../model/spec.ts';
import { withReadOnly } from './made-up.ts';
import { segmentsOf, valueAt, without, withValue } from './paths.ts';
import { ServiceForms } from './service-forms.ts';

/**
 * The model rejects a call as Cloud Control would. The codes are those of its handlers
 * (lib/providers/handler-errors.ts).
 */
export class ModelRefusal extends BatonError {
  override readonly name = 'ModelRefusal';
  readonly code: 'AlreadyExists' | 'InvalidRequest' | 'NotFound' | 'NotUpdatable';
  constructor(code: ModelRefusal['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** A resource of the model. Immutable: an update replaces it with another. */
export interface ModelResource {
  type: string;
  logicalId: string;
  identifier: string;
  /** All known properties, including those that reads hide. */
  properties: JsonObject;
}

/** A resource that exists before the rehearsal. */
export interface Seed extends ModelResource {
  /** The properties last sent for it, and what a read returned immediately afterwards. */
  applied: JsonObject;
  attributes: JsonObject;
}

/** Returns the key of a resource. The same identifier in two types means two resources. */
export const keyOf = (type: string, identifier: string): string => `${type} ${identifier}`;

/**
 * A model of the cloud with the semantics of Cloud Control, as far as the type specs describe them. docs/capsule.md
 * lists its limits. Source: Cloud Control API User Guide, "Updating a resource" (an update patches the result of a
 * read, which has no write-only properties), and CloudFormation CLI User Guide, "Resource type schema"
 * (`readOnlyProperties`, `writeOnlyProperties`, `createOnlyProperties`, `primaryIdentifier`).
 */
export class ModelCloud {
  readonly #lookup: TypeLookup;
  readonly #resources = new Map<string, ModelResource>();
  readonly #forms = new ServiceForms();

  constructor(lookup: TypeLookup) {
    this.#lookup = lookup;
  }

  seed({ applied, attributes, ...resource }: Seed): void {
    const { type, logicalId, identifier } = resource;
    let { properties } = resource;
    for (const path of this.#lookup(type)?.writeOnly ?? []) {
      const sent = valueAt(applied, path);
      if (sent !== undefined) properties = withValue(properties, path.split('.'), sent);
    }
    this.#forms.learn(keyOf(type, logicalId), this.#visible(type, applied), attributes);
    this.#resources.set(keyOf(type, identifier), { type, logicalId, identifier, properties });
  }

  /** Returns the current resources. */
  snapshot(): Map<string, ModelResource> {
    return new Map(this.#resources);
  }

  /** Returns what a read shows: everything but write-only properties. */
  read(type: string, identifier: string): JsonObject | undefined {
    const found = this.#resources.get(keyOf(type, identifier));
    return found && this.#visible(type, found.properties);
  }

  /**
   * Creates a resource and returns its identifier. `former` is the resource that it replaces: values from the service
   * are assumed to stay the same, so that the rest can be compared. @throws ModelRefusal
   */
  create(
    type: string,
    logicalId: string,
    sent: JsonObject,
    former?: ModelResource & { applied: JsonObject },
  ): string {
    const spec = this.#lookup(type);
    if (spec !== undefined) requireComplete(spec, sent);
    let properties: JsonObject = former === undefined ? {} : ownOf(former);
    for (const [name, value] of Object.entries(sent)) {
      const shown = isHidden(spec, name) ? value : this.#forms.shown(keyOf(type, logicalId), [name], value);
      if (shown !== undefined) properties = { ...properties, [name]: shown };
    }
    if (spec !== undefined) properties = withReadOnly(spec, properties, logicalId, former?.properties);
    const parts = (spec?.primaryIdentifier ?? []).map((path) => valueAt(properties, path));
    const known = parts.length > 0 && parts.every((part) => part !== undefined);
    const identifier = known ? parts.join('|') : (former?.identifier ?? `made-up:${logicalId}`);
    if (this.#resources.has(keyOf(type, identifier)))
      throw new ModelRefusal('AlreadyExists', `there is a ${type} ${identifier} already`);
    this.#resources.set(keyOf(type, identifier), { type, logicalId, identifier, properties });
    return identifier;
  }

  /** @throws ModelRefusal */
  update(type: string, identifier: string, patch: readonly PatchOperation[]): void {
    const found = this.#resources.get(keyOf(type, identifier));
    if (found === undefined) throw new ModelRefusal('NotFound', `there is no ${type} ${identifier}`);
    const spec = this.#lookup(type);
    if (spec?.updatable === false) throw new ModelRefusal('NotUpdatable', `a ${type} can't be updated`);
    let { properties } = found;
    for (const operation of patch) {
      const path = segmentsOf(operation);
      const value = operation.op === 'remove' ? undefined : operation.value;
      const shown =
        value === undefined || isHidden(spec, path[0] ?? '')
          ? value
          : this.#forms.shown(keyOf(type, found.logicalId), path, value);
      properties =
        shown === undefined ? (without(properties, path) as JsonObject) : withValue(properties, path, shown);
      if (spec !== undefined) requireSettable(spec, path, found.properties, value);
    }
    this.#resources.set(keyOf(type, identifier), { ...found, properties });
  }

  /** @throws ModelRefusal */
  delete(type: string, identifier: string): void {
    if (!this.#resources.delete(keyOf(type, identifier)))
      throw new ModelRefusal('NotFound', `there is no ${type} ${identifier}`);
  }

  #visible(type: string, properties: JsonObject): JsonObject {
    const hidden = this.#lookup(type)?.writeOnly ?? [];
    return hidden.reduce<JsonObject>(
      (value, path) => without(value, path.split('.')) as JsonObject,
      properties,
    );
  }
}

function isHidden(spec: TypeSpec | undefined, name: string): boolean {
  return spec?.writeOnly.includes(name) ?? false;
}

/** A service sets its own values again: properties that were never sent. */
function ownOf({ properties, applied }: { properties: JsonObject; applied: JsonObject }): JsonObject {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => applied[name] === undefined));
}

function requireComplete(spec: TypeSpec, sent: JsonObject): void {
  const missing = Object.keys(spec.properties).filter(
    (name) => spec.properties[name]?.required === true && sent[name] === undefined,
  );
  if (missing.length > 0)
    throw new ModelRefusal('InvalidRequest', `${spec.type} needs ${missing.join(', ')}`);
}

/** Rejects changes of read-only and create-only properties. Properties that reads hide can't be compared. */
function requireSettable(
  spec: TypeSpec,
  path: readonly string[],
  before: JsonObject,
  value: JsonObject[string] | undefined,
): void {
  const at = path.join('.');
  const readOnly = spec.readOnly.find((one) => at === one || at.startsWith(`${one}.`));
  if (readOnly !== undefined) throw new ModelRefusal('InvalidRequest', `${readOnly} is read-only`);
  for (const fixed of new Set([...spec.createOnly, ...spec.primaryIdentifier])) {
    if (fixed.includes('*') || spec.writeOnly.includes(fixed)) continue;
    if (at !== fixed && !at.startsWith(`${fixed}.`) && !fixed.startsWith(`${at}.`)) continue;
    const inside = fixed.startsWith(`${at}.`);
    const was = inside ? valueAt(before, fixed) : valueAt(before, at);
    const would = inside ? valueAt(value, fixed.slice(at.length + 1)) : value;
    if (canonicalJson(was ?? null) !== canonicalJson(would ?? null))
      throw new ModelRefusal('NotUpdatable', `${fixed} can't be changed once there is a ${spec.type}`);
  }
}
