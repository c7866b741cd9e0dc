import { mayCancel } from '../../change/may-cancel.ts';
import { personal } from '../../events/catalog.ts';
import { changeIdOf } from '../../ledger/ledger.ts';
import { keepDirective } from '../../ledger/traffic.ts';
import type { Settings } from '../../model/settings.ts';
import { requesterOf } from '../govern/asked.ts';
import { type StopServices, stopRequest } from './stop-request.ts';

export interface DirectServices extends StopServices {
  settings: Pick<Settings, 'groups' | 'people'>;
}

/**
 * Keeps what a person asks of a shift of traffic, for the `verify` step that runs. An abort stops the request, which puts the
 * weight back first. A directive by a voice without permission is refused and recorded on the audit chain of the change. The
 * rule delivers only events of the front door, which has proven the speaker.
 */
export async function directTraffic(
  { ledger, locks, tokens, settings }: DirectServices,
  event: { id: string; time: string; detail: unknown },
): Promise<{ scope?: string }> {
  const { requestId, directive, reason, speaker } = personal['Traffic Directive'].parse(event.detail);
  const request = await ledger.findRequest(requestId);
  if (request === undefined) return {};
  const { scope, runId } = request;
  const requester = requesterOf(request).voice;
  const entry = { actor: speaker.voice, at: event.time };
  if (!mayCancel(requester, speaker.voice, settings)) {
    await ledger.record(changeIdOf(requestId), {
      ...{ ...entry, key: `DirectiveRefused-${event.id}`, event: 'DirectiveRefused' },
      reason: `Only ${requester} and members of a group with ${requester} can direct its shift`,
      detail: { directive },
    });
    return { scope };
  }
  const kept = { kind: directive, by: speaker.voice, reason, at: event.time, id: event.id };
  await keepDirective(ledger.table, requestId, kept);
  await ledger.record(changeIdOf(requestId), {
    ...{ ...entry, key: `TrafficDirected-${event.id}`, event: 'TrafficDirected', reason },
    detail: { directive, runId },
  });
  if (directive === 'abort')
    await stopRequest({ ledger, locks, tokens }, request, { ...entry, id: event.id, reason });
  return { scope };
}
