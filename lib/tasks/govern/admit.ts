import * as z from 'zod/mini';
import { DocumentMissing, type Documents } from '../../documents/documents.ts';
import {
  type InfrastructureRequest,
  infrastructureRequest,
  isOwnSource,
  personal,
  personSource,
  scalingSource,
} from '../../events/catalog.ts';
import type { Publisher } from '../../events/publisher.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { changeIdOf, type Ledger } from '../../ledger/ledger.ts';
import type { EntryOf } from '../../model/audit-entries.ts';
import { InvalidInput, type Problem } from '../../model/errors.ts';
import { placeIdentities } from '../../model/identities.ts';
import type { JsonValue } from '../../model/json.ts';
import { partitionOf } from '../../model/partition.ts';
import { onlyWarns } from '../../model/policy.ts';
import { type DesiredState, headerSchema, scopeOf } from '../../model/request.ts';
import { requestReach } from '../../model/request-reach.ts';
import { maySend } from '../../model/senders.ts';
import type { Settings } from '../../model/settings.ts';
import type { TypeLookup } from '../../model/spec.ts';
import { placedTags } from '../../model/tags.ts';
import type { Wish } from '../../model/wish.ts';
import { expectedTypes, hasProvider } from '../../providers/registry.ts';
import { actionOfWish, submittedProblems, wishKindOf, wishPartNames } from '../../request/action.ts';
import { changeSecretProblems } from '../../request/configured-secrets.ts';
import { requireWithinLimits } from '../../request/document-limits.ts';
import { type ExternalReferences, externalReferences } from '../../request/external.ts';
import { readManifest } from '../../request/manifest.ts';
import type { Manifest } from '../../request/manifest-of.ts';
import { normalizeRequest } from '../../request/normalize.ts';
import { provenSpeaker, requireDecision } from './asked.ts';
import { bindScope } from './bind-scope.ts';
import { namedWishes } from './named-wish.ts';
import { recordProblems } from './problems.ts';
import { placeOfRequest, placesOfRequest } from './request-place.ts';

export const admitInput = z.object({
  event: z.object({
    id: z.string(),
    source: z.string(),
    account: z.string(),
    region: z.string(),
    detail: z.record(z.string(), z.unknown()),
  }),
  executionArn: z.string(),
  now: z.string(),
});
export type AdmitInput = z.output<typeof admitInput>;

export interface AdmitServices {
  ledger: Ledger;
  documents: Documents;
  inventory: Inventory;
  publisher: Publisher;
  settings: Settings;
  lookup: TypeLookup;
  /** Returns values of SSM parameters by name. Omits parameters that don't exist. */
  parameters(names: string[]): Promise<Record<string, string>>;
}

export interface Admission {
  requestId: string;
  status: 'Admitted' | 'Rejected' | 'Duplicate';
  onFailure: 'undo' | 'keep';
  /** Only for the log line. */
  scope?: string;
}

/**
 * Admits a request: identifies it, ends duplicates, parses and normalizes it, and stores its desired state. Records an
 * invalid request with every problem and rejects it.
 */
export async function admit(services: AdmitServices, input: AdmitInput): Promise<Admission> {
  const { ledger, documents } = services;
  const { event, executionArn, now } = input;
  const form = event.source === personSource ? personal['Infrastructure Request'] : infrastructureRequest();
  const parsed = form.safeParse(event.detail);
  const requestId = parsed.data?.requestId ?? event.id;
  const base = { requestId, executionArn, requester: event.source, createdAt: now, updatedAt: now };
  const file = parsed.data?.file ?? 'request';
  // A sender on the bus can't use an id that the front door assigned to a person.
  const byDoor = event.source === personSource;
  if (!(await ledger.admit({ ...base, file, status: 'Admitted', attempt: 0 }, { byDoor })))
    return { requestId, status: 'Duplicate', onFailure: 'undo' };
  let actor = `source/${event.source}`;
  try {
    requireWithinLimits(event.detail, 'detail');
    if (!parsed.success) throw new InvalidInput(parsed.error.issues.map(problemOf));
    requireSender(services.settings, event.source);
    const speaker = await provenSpeaker(ledger, event);
    await requireDecision(ledger, requestId, event);
    actor = speaker?.voice ?? actor;
    if (speaker !== undefined) await ledger.updateRequest(requestId, { speaker, requester: speaker.voice });
    // In a redrive, the first values of parameters and imports are kept.
    const { desiredHash: known } = await ledger.request(requestId);
    const desired =
      known === undefined
        ? await desiredOf(services, input, parsed.data)
        : await documents.get<DesiredState>(known);
    const { header, scope } = desired;
    const own = isOwnSource(event.source);
    await bindScope(services, { requestId, scope, header, voice: actor, own, now });
    const desiredHash = known ?? (await documents.put(desired));
    await ledger.updateRequest(requestId, { header, scope, desiredHash, updatedAt: now });
    await recordAdmission(ledger, { ...input, actor }, requestId, {
      desiredHash,
      scope,
      reason: header.reason,
    });
    const { environment, service } = header;
    await services.publisher.publish({
      detailType: 'Request Admitted',
      detail: { requestId, environment, service, status: 'Admitted' },
    });
    return { requestId, status: 'Admitted', onFailure: header.onFailure, scope };
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    await recordProblems(services, requestId, error.problems, now);
    await recordAdmission(ledger, { ...input, actor }, requestId, { problems: error.problems.length });
    return { requestId, status: 'Rejected', onFailure: 'undo' };
  }
}

/** The policy of the bus already denies these, but an event can reach the machine without the bus. */
function requireSender({ senders }: Settings, source: string): void {
  if (
    source === personSource ||
    source === scalingSource ||
    maySend(senders, source, 'Infrastructure Request')
  )
    return;
  const message = `The source "${source}" may not submit requests; expected a source in the setting "senders".`;
  throw new InvalidInput([{ path: 'source', code: 'SenderRefused', message }]);
}

async function desiredOf(
  services: AdmitServices,
  { event }: AdmitInput,
  detail: InfrastructureRequest,
): Promise<DesiredState> {
  const problems = submittedProblems(detail);
  if (problems.length > 0) throw new InvalidInput(problems);
  const kind = wishKindOf(detail);
  if (kind !== 'resources') return wishOfAssets(services, event, detail, kind);
  const text = await documentText(services.documents, detail);
  const manifest = readManifest(text, detail.file);
  const given = {
    imports: {},
    ssm: {},
    secrets: {},
    parameters: detail.parameters as Record<string, JsonValue>,
  };
  const wanted = externalReferences(manifest, given);
  const inputs = {
    ...given,
    imports: {
      ...(await importsOf(
        services,
        event,
        environmentOf(services.settings, manifest, detail),
        wanted.imports,
      )),
      ...(detail.imports as Record<string, JsonValue>),
    },
    ssm: await services.parameters(wanted.ssm.map(({ name }) => name)),
  };
  const desired = normalizeRequest(manifest, {
    inputs,
    headerDefaults: detail.header ?? {},
    ...placeOfRequest(services.settings, event, detail.header?.environment),
    places: ({ environment }) => placesOfRequest(services.settings, event, environment),
    lookup: services.lookup,
    ...{ hasProvider, expectedTypes: expectedTypes() },
    reach: (header) => requestReach(services.settings, header),
    parameterConstraints: warnsIn(services.settings, environmentOf(services.settings, manifest, detail))
      ? 'warn'
      : 'enforce',
  });
  const place = placeOfRequest(services.settings, event, desired.header.environment);
  return {
    ...placeIdentities({ ...desired, ...place }),
    tags: { ...placedTags(desired.header.environment) },
  };
}

/**
 * Returns the environment in the document, or else in the event, or else in the settings. Ignores values that aren't
 * text.
 */
function environmentOf(
  { defaultEnvironment = '' }: Settings,
  { document }: Pick<Manifest, 'document'>,
  { header }: Pick<InfrastructureRequest, 'header'>,
): string {
  const name = document.environment ?? header?.environment ?? defaultEnvironment;
  return typeof name === 'string' ? name : '';
}

/** If policies only warn, a template's own parameter constraints only warn too. */
function warnsIn({ environments }: Settings, name: string): boolean {
  const environment = Object.hasOwn(environments, name) ? environments[name] : undefined;
  return environment !== undefined && onlyWarns(environment);
}

/** Only scaling may ask for a capacity beyond its policy; its request is proven by the decision in the trail. */
function requireWithinPolicy(source: string, { changes = [] }: InfrastructureRequest): void {
  const index = changes.findIndex(({ beyondPolicy }) => beyondPolicy === true);
  if (index < 0 || source === scalingSource) return;
  const message =
    'Only scaling itself may ask for a capacity beyond its policy; expected a capacity within the bounds, or a manifest with other bounds';
  throw new InvalidInput([{ path: `changes.${index}.beyondPolicy`, code: 'OnlyScaling', message }]);
}

/** A request that names assets has no resources yet. The planner uses the inventory. */
function wishOfAssets(
  services: AdmitServices,
  event: AdmitInput['event'],
  detail: InfrastructureRequest,
  kind: Exclude<Wish['kind'], 'resources'>,
): DesiredState {
  const parsed = headerSchema.safeParse({
    ...detail.header,
    action: actionOfWish(kind, detail.header ?? {}),
  });
  if (!parsed.success) throw new InvalidInput(parsed.error.issues.map(problemOf));
  const header = parsed.data;
  const secrets = changeSecretProblems(detail.changes ?? [], services.lookup);
  if (secrets.length > 0) throw new InvalidInput(secrets);
  requireWithinPolicy(event.source, detail);
  const { account, region } = placeOfRequest(services.settings, event, header.environment);
  return {
    header,
    wish: namedWishes[kind](detail),
    scope: scopeOf(header),
    account,
    region,
    partition: partitionOf(region).partition,
    resources: [],
    outputs: {},
    imports: [],
  };
}

async function documentText(documents: Documents, detail: InfrastructureRequest): Promise<string> {
  if (detail.documentReference)
    return documents.text(detail.documentReference).catch((error: unknown) => {
      if (!(error instanceof DocumentMissing)) throw error;
      const { message } = error;
      throw new InvalidInput([{ path: 'detail.documentReference', code: 'MissingDocument', message }]);
    });
  if (detail.document !== undefined) return detail.document;
  throw new InvalidInput([
    {
      path: 'detail',
      code: 'MissingDocument',
      message: `The event has none of ${wishPartNames()}; expected one of them.`,
    },
  ]);
}

async function importsOf(
  { inventory, settings }: AdmitServices,
  event: AdmitInput['event'],
  environment: string,
  names: ExternalReferences['imports'],
): Promise<Record<string, JsonValue>> {
  const { account, region } = placeOfRequest(settings, event);
  const realm = { account, region, environment };
  const found = await Promise.all(names.map((name) => inventory.export(realm, name)));
  return Object.fromEntries(found.flatMap((item) => (item ? [[item.name, item.value]] : [])));
}

function problemOf(issue: z.core.$ZodIssue): Problem {
  return { path: issue.path.join('.'), message: issue.message, code: 'InvalidRequest' };
}

async function recordAdmission(
  ledger: Ledger,
  { actor, executionArn, now }: { actor: string; executionArn: string; now: string },
  requestId: string,
  detail: Omit<EntryOf<'RequestReceived'>['detail'], 'executionArn'>,
): Promise<void> {
  await ledger.record(changeIdOf(requestId), {
    key: 'RequestReceived',
    event: 'RequestReceived',
    actor,
    at: now,
    detail: { ...detail, executionArn },
  });
}
