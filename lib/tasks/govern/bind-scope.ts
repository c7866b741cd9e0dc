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

/** Another request may bind the scope at the same moment. Then its binding is checked. */
const attemptsAllowed = 20;

/**
 * Binds the scope of a request to its first requester, or checks the request with the binding, and records that in the
 * trail of its change. Idempotent.
 * @throws InvalidInput if the request may not change the scope
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
    // After the scope is written, its request counts as open, so the service doesn't count as free in the meantime.
    if (!written || !(await bindService(services, bindings, claim, decided))) continue;
    await recordBinding(ledger, claim, decided);
    return binding;
  }
  throw new Error(`The binding of ${scope} changed ${attemptsAllowed} times while ${requestId} was waiting.`);
}

/** Binds the service of the scope, or checks it. Returns false if it changed in the meantime. */
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

/** Tells whether the scopes have no assets left and no other open request. */
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
  // In a redrive, the request finds its own binding.
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

/** Assets without a binding are from before bindings existed. Their creator becomes the holder. */
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
