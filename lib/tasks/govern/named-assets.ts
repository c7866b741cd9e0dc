import { holds } from '../../change/bindings.ts';
import { AliasIndex, type Named } from '../../inventory/alias-index.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { Bindings } from '../../ledger/bindings.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { RequestRecord } from '../../ledger/records.ts';
import type { Problem } from '../../model/errors.ts';
import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { changes } from '../../model/operations.ts';
import type { HashedPlan } from '../../model/plan.ts';
import type { Settings } from '../../model/settings.ts';
import { fitsWildcard } from '../../model/wildcard.ts';

export interface NamingServices {
  inventory: Inventory;
  ledger: Ledger;
  settings: Settings;
}

type Realm = Pick<HashedPlan, 'scope' | 'environment' | 'account' | 'region'>;
type Asking = Pick<RequestRecord, 'speaker'>;

/** The new values that a step is about to send. */
export interface Sending {
  resource: string;
  type: string;
  properties: JsonObject;
}

/** Reads the index of the asset names of all environments, for one scope. */
export async function readAliases(
  { inventory, settings }: NamingServices,
  { scope }: Realm,
): Promise<AliasIndex> {
  const records = await Promise.all(
    Object.keys(settings.environments).map((name) => inventory.aliases(name)),
  );
  return new AliasIndex(records.flat(), scope);
}

/** Returns what the steps of a plan are about to send, without values that the same property already had. */
export function sendings({ steps }: Pick<HashedPlan, 'steps'>): Sending[] {
  return steps.flatMap((step) => {
    const { resource, type, desired, previous } = step;
    if (desired === undefined) return [];
    const before = changes(step) ? (previous ?? {}) : {};
    const changed = Object.entries(desired).filter(
      ([name, value]) => before[name] === undefined || canonicalJson(before[name]) !== canonicalJson(value),
    );
    return [{ resource, type, properties: Object.fromEntries(changed) }];
  });
}

/**
 * Returns problems with names of other teams' assets. An asset of another environment may be named if the settings
 * allow it. An asset of another scope in the same environment may be named if its owners publish it or are the
 * requester.
 */
export async function namingProblems(
  services: NamingServices,
  realm: Realm,
  request: Asking,
  index: AliasIndex,
  sent: readonly Sending[],
): Promise<Problem[]> {
  const named = sent.flatMap(({ resource, type, properties }) =>
    index.namedBy(type, properties).map((one) => ({ ...one, resource })),
  );
  if (named.length === 0) return [];
  const allowed = await allowance(services, realm, request, named);
  return named
    .filter((one) => !allowed(one))
    .map(({ resource, path, text, asset }) => {
      const elsewhere = asset.environment !== realm.environment;
      const remedy = elsewhere
        ? `A request may refer to an asset of another environment only if the setting "references" of ${realm.environment} allows it.`
        : `Import it (Fn::ImportValue) or read it from an SSM parameter once ${asset.scope} exports it, or have its owners submit the request.`;
      return {
        path: `Resources.${resource}.Properties.${path}`,
        code: elsewhere ? 'OtherEnvironment' : 'OtherScope',
        message: `"${text}" is ${asset.logicalId} (${asset.type}) of ${asset.scope}, owned by ${asset.owner}. ${remedy}`,
      };
    });
}

async function allowance(
  { inventory, ledger, settings }: NamingServices,
  realm: Realm,
  { speaker }: Asking,
  named: readonly Named[],
): Promise<(one: Named) => boolean> {
  const references = settings.environments[realm.environment]?.references ?? [];
  const bySetting = ({ scope }: Named['asset']) =>
    references.some(({ scopes }) => scopes.some((pattern) => fitsWildcard(pattern, scope)));
  const scopes = new Set(named.map(({ asset }) => asset.scope));
  const exported = await inventory.exports(realm);
  const parameters = (await inventory.aliases(realm.environment)).filter(
    ({ published }) => published !== undefined,
  );
  const published = [
    ...exported.map(({ scope, value }) => ({ scope, text: JSON.stringify(value) })),
    ...parameters.map(({ scope, published: text = '' }) => ({ scope, text })),
  ];
  const bindings = new Bindings(ledger.table);
  const mine = new Set<string>();
  // A shared role may be anyone, so it is not an owner.
  if (speaker !== undefined && speaker.shared !== true)
    for (const scope of scopes) {
      const bound = await bindings.find(scope);
      if (bound?.binding.holder !== undefined && holds(settings, bound.binding.holder, speaker.voice))
        mine.add(scope);
    }
  return ({ asset, text }) => {
    if (bySetting(asset)) return true;
    if (asset.environment !== realm.environment) return false;
    return (
      mine.has(asset.scope) ||
      published.some((one) => one.scope === asset.scope && speaksOf(one.text, asset, text))
    );
  };
}

/** Tells whether an owner publishes the named value: the same text, or another form of the same asset. */
function speaksOf(published: string, { ids, names }: Named['asset'], text: string): boolean {
  const plain = published.replace(/^"|"$/g, '');
  return published.includes(text) || ids.some((id) => published.includes(id)) || names.includes(plain);
}

/**
 * Returns texts that are assembled when their values are known (`Fn::Join`, `Fn::Sub`..., references to parameters),
 * with their paths. A single `Ref` or `Fn::GetAtt` always refers to the request itself.
 */
export function putTogether(
  written: JsonValue | undefined,
  sent: JsonValue | undefined,
): JsonValue | undefined {
  if (written === undefined || sent === undefined) return undefined;
  if (typeof written === 'string') return written.includes('{{resolve:') ? sent : undefined;
  if (Array.isArray(written) && Array.isArray(sent)) {
    const parts = written.map((one, index) => putTogether(one, sent[index]) ?? null);
    return parts.some((one) => one !== null) ? parts : undefined;
  }
  if (!isObject(written)) return undefined;
  const [name = '', ...others] = Object.keys(written);
  if (others.length === 0 && (name === 'Ref' || name === 'Fn::GetAtt')) return undefined;
  if (others.length === 0 && name.startsWith('Fn::')) return sent;
  if (!isObject(sent)) return undefined;
  const entries = Object.entries(written).flatMap(([key, one]): [string, JsonValue][] => {
    const inner = putTogether(one, sent[key]);
    return inner === undefined ? [] : [[key, inner]];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
