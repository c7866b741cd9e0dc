import type { StepRecord } from '../../ledger/records.ts';
import { hashOf, type JsonObject, type PatchOperation } from '../../model/json.ts';
import { keeps, makes, operations, removes } from '../../model/operations.ts';
import { placeOfStep } from '../../model/place.ts';
import type { TypeSpec } from '../../model/spec.ts';
import { placedTags, reservedTags } from '../../model/tags.ts';
import { ProviderBusy, ProviderRefused } from '../../providers/provider.ts';
import { SecretUnavailable } from '../../providers/secrets.ts';
import { updatePatch } from '../../providers/update-patch.ts';
import { resolveReferences, UnresolvedReference } from '../../template/index.ts';
import { otherHolder, takenMessage } from '../govern/ownership.ts';
import { placeRefusal } from '../govern/request-place.ts';
import { clientTokenOf } from './client-token.ts';
import { foreignName } from './foreign-name.ts';
import { givenIdentifier } from './given-identifier.ts';
import type { Prepared } from './intents.ts';
import { judgePayload, type Shown } from './judge-payload.ts';
import { changeStep, failStep, refusalsAllowed, retryStep, seconds } from './outcomes.ts';
import { withParameters } from './parameters.ts';
import { refusedReferences } from './references.ts';
import { outputsOf } from './run-view.ts';
import { withoutSecrets } from './secrecy.ts';
import { readLive, type StepContext } from './step-context.ts';
import { triggerOf } from './trigger.ts';
import { endAtOnce, performWithoutCall } from './without-call.ts';

/** Returns what a step is about to send, evaluated and with its pre-image. Undefined if the step has ended instead. */
export async function prepareStep(context: StepContext): Promise<Prepared | undefined> {
  const { view, index, step, record, now } = context;
  if (operations[step.operation].sends === undefined) return performWithoutCall(context);
  const clientToken = clientTokenOf(view.run.runId, index, record.failures ?? 0);
  // A call that was not accepted is repeated unchanged, because another payload with the same token would be rejected.
  const { intent: former, applied, preImage, patch, absentBefore } = record;
  if (former?.clientToken === clientToken) {
    const again = { status: 'InFlight', intent: former, applied, preImage, patch, absentBefore } as const;
    return { context, record: again };
  }
  const elsewhere = placeRefused(context);
  if (elsewhere !== undefined) {
    await failStep(context, { code: 'PlaceRefused', message: elsewhere });
    return undefined;
  }
  try {
    const judged = await payloadOf(context);
    if (judged === undefined) return undefined;
    const { payload, seen, shown } = judged;
    const changes = await changesOf(context, judged, clientToken);
    if (changes === undefined) return undefined;
    const intent = {
      ...{ clientToken, payloadHash: hashOf(payload), atSeconds: seconds(now) },
      ...(seen !== payload && { seenHash: hashOf(seen) }),
    };
    const startedAtSeconds = record.startedAtSeconds ?? seconds(now);
    return {
      context,
      record: { status: 'InFlight', intent, applied: payload, startedAtSeconds, ...shown, ...changes },
    };
  } catch (error) {
    if (error instanceof ProviderRefused) {
      await failStep(context, { code: error.code, message: error.message });
      return undefined;
    }
    if (!(error instanceof ProviderBusy)) throw error;
    const counts = { failures: record.failures ?? 0, refusals: (record.refusals ?? 0) + 1 };
    const problem = { code: 'ProviderBusy', message: error.message };
    if (counts.refusals < refusalsAllowed) await retryStep(context, problem, counts);
    else await failStep(context, problem);
    return undefined;
  }
}

/** Returns why the step must not work in its place. An undo restores what was there, whatever the settings are now. */
function placeRefused({ services, view: { plan }, step }: StepContext): string | undefined {
  if (plan.direction === 'undo') return undefined;
  return placeRefusal(services.settings, plan, placeOfStep(plan, step));
}

/** The payload to send, and policy results that don't forbid it. */
interface JudgedPayload {
  payload: JsonObject;
  /** The payload with the values of plain parameters that it refers to. */
  seen: JsonObject;
  shown: Shown;
}

async function payloadOf(context: StepContext): Promise<JudgedPayload | undefined> {
  const { services, view, step } = context;
  try {
    const sent = step.restore ?? step.desired;
    const payload =
      sent === undefined
        ? await standing(context)
        : (resolveReferences(sent, (id) => outputsOf(view, services.lookup, id)) as JsonObject);
    const refused = refusedReferences(context, payload);
    if (refused !== undefined) {
      await failStep(context, { code: 'ReferenceRefused', message: refused });
      return undefined;
    }
    const seen = await withParameters(payload, services.secret);
    const [reserved] = reservedTags(seen, placedTags(view.plan.environment));
    if (reserved !== undefined) {
      const message = `${reserved.path}: the tag ${reserved.key} is reserved, and Baton sets it to ${view.plan.environment}; remove it`;
      await failStep(context, { code: 'ReservedTag', message });
      return undefined;
    }
    const { denied, shown } = await judgePayload(context, seen);
    const foreign = denied === undefined ? await foreignName(context, seen) : undefined;
    if (denied === undefined && foreign === undefined) return { payload, seen, shown };
    const problem = foreign ?? { code: 'PolicyDenied', message: denied ?? '' };
    await failStep(context, problem);
  } catch (error) {
    if (!(error instanceof UnresolvedReference) && !(error instanceof SecretUnavailable)) throw error;
    await failStep(context, { code: error.name, message: error.message });
  }
  return undefined;
}

/**
 * Returns the properties of a step that sends none of its own: what was last sent for the resource, or nothing if it is
 * deleted.
 */
async function standing({ services, step }: StepContext): Promise<JsonObject> {
  if (!keeps(step)) return {};
  return (await services.inventory.asset(step.assetId ?? ''))?.applied ?? {};
}

/** Returns the changes to the existing resource: its pre-image and patch, or proof that it doesn't exist yet. */
async function changesOf(
  context: StepContext,
  { payload, seen, shown }: JudgedPayload,
  clientToken: string,
): Promise<Pick<StepRecord, 'preImage' | 'patch' | 'absentBefore'> | undefined> {
  const { services, view, step, record, now } = context;
  const spec = services.lookup(step.type);
  if (makes(step)) return absence(context, seen);
  const holder = await otherHolder(services.inventory, view.plan, step, step.identifier ?? '');
  if (holder !== undefined) {
    await failStep(context, { code: 'IdentifierTaken', message: takenMessage(holder) });
    return undefined;
  }
  const live = await readLive(context, step.identifier ?? '');
  if (live === undefined) return gone(context);
  if (keeps(step)) return triggerOf(context, { live, applied: payload, clientToken });
  // The pre-image of the first attempt. A failed attempt may have changed the resource since.
  const preImage = record.preImage ?? withoutSecrets(live, spec?.sensitive ?? [], step.previous);
  if (removes(step)) return { preImage };
  const patch = await patchOf(context, payload, live, spec);
  if (patch.length > 0) return { preImage, patch };
  const tried = (record.failures ?? 0) > 0;
  const finishedAtSeconds = seconds(now);
  await changeStep(context, {
    ...{ status: 'Succeeded', identifier: step.identifier, applied: payload, preImage },
    ...{ attributes: withoutSecrets(live, spec?.sensitive ?? [], payload) },
    ...{ startedAtSeconds: record.startedAtSeconds ?? finishedAtSeconds, finishedAtSeconds },
    ...shown,
    note: tried
      ? 'nothing sent again: the failed attempt took effect'
      : 'nothing sent: the resource is already as requested',
  });
  return undefined;
}

async function patchOf(
  { services, view, step }: StepContext,
  after: JsonObject,
  live: JsonObject,
  spec: TypeSpec | undefined,
): Promise<PatchOperation[]> {
  const asset = await services.inventory.asset(step.assetId ?? '');
  const { direction } = view.plan;
  const { applied, unsettled } = asset ?? {};
  return updatePatch({ direction, previous: step.previous, applied, unsettled, after, live, spec });
}

/** Checks that no resource has the given name yet. An existing one belongs to another owner. */
async function absence(
  context: StepContext,
  payload: JsonObject,
): Promise<Pick<StepRecord, 'absentBefore'> | undefined> {
  const { services, view, step } = context;
  if (context.record.absentBefore) return { absentBefore: true };
  const identifier = givenIdentifier(services.lookup(step.type), payload);
  if (identifier === undefined) return {};
  const holder = await otherHolder(services.inventory, view.plan, step, identifier);
  if (holder !== undefined) {
    await failStep(context, { code: 'IdentifierTaken', message: takenMessage(holder) });
    return undefined;
  }
  const live = await readLive(context, identifier);
  if (live === undefined) return { absentBefore: true };
  const message = `There is a ${step.type} ${identifier} already, which this step did not create. Choose another name.`;
  await failStep(context, { code: 'AlreadyExists', message });
  return undefined;
}

/** Handles a missing resource: it was already deleted, or there is nothing to update. */
async function gone(context: StepContext): Promise<undefined> {
  const { step } = context;
  if (removes(step)) return endAtOnce(context);
  const message = `There is no ${step.type} ${step.identifier} any more, so it can't be updated.`;
  await failStep(context, { code: 'NotFound', message });
}
