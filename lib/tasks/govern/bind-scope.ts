import { type Bound, type Claim, decideBinding, holderOf, type Standing } from '../../change/bindings.ts';
import { decideService, isSameService } from '../../change/service-binding.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { Bindings, type StoredBinding } from '../../ledger/bindings.ts';
import { changeIdOf, type Ledger } from '../../ledger/ledger.ts';
import type { Asset } from '../../model/asset.ts';
import type { Binding } from '../../model/binding.ts';
import { InvalidInput } from '../../model/errors.ts';
import { finalRequestStatuses } from '../../model/run.ts';
import type { Settings } from '../../model/settings.ts';
import { requesterOf } from './asked.ts';

export interface BindServices {
  ledger: Ledger;
  inventory: Inventory;
  settings: Settings;
}

/** Another request may bind the scope at the same moment: then what it wrote is looked at. */
const attemptsAllowed = 20;

/**
 * Binds the scope of a request to who asks first, or finds that the request fits what it is bound to, and enters
 * that in the trail of its change. Doing it again has one effect.
 * @throws InvalidInput where the request may not speak for the scope
 */
export async function bindScope(services: BindServices, claim: Claim): Promise<Binding> {
  const { ledger, settings } = services;
  const bindings = new Bindings(ledger.table);
  const { requestId, scope } = claim;
  for (let attempt = 0; attempt < attemptsAllowed; attempt += 1) {
    const stored = await bindings.find(scope);
    const { standing, openRequests } = await standingOf(services, claim, stored);
    const decided = decideBinding(settings, claim, standing);
    if (!('binding' in decided)) throw new InvalidInput([decided]);
    const { binding } = decided;
    const written = await bindings.write(stored, { binding, openRequests: [...openRequests, requestId] });
    // Of a scope that is written, its request is open: so nobody finds its service free meanwhile.
    if (!written || !(await bindService(services, bindings, claim, decided))) continue;
    await recordBinding(ledger, claim, decided);
    return binding;
  }
  throw new Error(`The binding of ${scope} changed ${attemptsAllowed} times while ${requestId} was waiting.`);
}

/** Binds the service of the scope, or finds that it fits; false where somebody wrote it meanwhile. */
async function bindService(
  services: BindServices,
  bindings: Bindings,
  claim: Claim,
  bound: Bound,
): Promise<boolean> {
  const { environment, service } = claim.header;
  // Baton itself claims nothing.
  if (bound.as === 'baton' || bound.as === 'emergency') return true;
  const stored = await bindings.findService(environment, service);
  const current = stored?.service;
  const free = current === undefined || (await areFree(services, bindings, claim, current.scopes));
  const decided = decideService(services.settings, claim, bound, { current, free });
  if ('code' in decided) throw new InvalidInput([decided]);
  return isSameService(current, decided) || bindings.writeService({ environment, service }, stored, decided);
}

/** Whether nothing is left of any of the scopes, and nobody else asks for one. */
async function areFree(
  { inventory, ledger }: BindServices,
  bindings: Bindings,
  { requestId }: Claim,
  scopes: readonly string[],
): Promise<boolean> {
  for (const scope of scopes) {
    if ((await inventory.scopeMembers(scope)).length > 0) return false;
    const asking = (await bindings.find(scope))?.openRequests ?? [];
    const open = await stillOpen(
      ledger,
      asking.filter((one) => one !== requestId),
    );
    if (open.length > 0) return false;
  }
  return true;
}

async function standingOf(
  services: BindServices,
  { requestId, scope }: Claim,
  stored: StoredBinding | undefined,
): Promise<{ standing: Standing; openRequests: string[] }> {
  const members = await services.inventory.scopeMembers(scope);
  if (stored === undefined) {
    const [first] = members;
    const current = first && (await inherited(services, first.assetId));
    return { standing: { current, free: members.length === 0 }, openRequests: [] };
  }
  const others = stored.openRequests.filter((one) => one !== requestId);
  const openRequests = await stillOpen(services.ledger, others);
  // Taken up again, the request finds what it has bound itself.
  const own = stored.openRequests.includes(requestId);
  const free = members.length === 0 && openRequests.length === 0 && !own;
  return { standing: { current: stored.binding, free }, openRequests };
}

async function stillOpen(ledger: Ledger, requestIds: string[]): Promise<string[]> {
  const requests = await Promise.all(requestIds.map((one) => ledger.findRequest(one)));
  return requests.flatMap((one) =>
    one === undefined || (finalRequestStatuses as readonly string[]).includes(one.status)
      ? []
      : [one.requestId],
  );
}

/** A scope that has assets and no binding was made before there were bindings: whoever made them has it. */
async function inherited(
  { ledger, inventory, settings }: BindServices,
  assetId: string,
): Promise<Binding | undefined> {
  const asset: Asset | undefined = await inventory.asset(assetId);
  if (asset === undefined) return undefined;
  const { scope, service, owner, requestId, updatedAt: since } = asset;
  const request = await ledger.findRequest(requestId);
  const holder =
    request === undefined ? { groups: [] } : holderOf(settings, requesterOf(request).voice, owner);
  return { scope, service, owner, holder, version: 1, origin: 'inherited', requestId, since };
}

async function recordBinding(
  ledger: Ledger,
  { requestId, voice, now }: Claim,
  { binding, as }: Bound,
): Promise<void> {
  await ledger.record(changeIdOf(requestId), {
    key: 'ScopeBound',
    event: 'ScopeBound',
    actor: voice,
    at: now,
    detail: { ...binding, as },
  });
}
