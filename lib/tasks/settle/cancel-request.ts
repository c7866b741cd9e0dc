import { mayCancel } from '../../change/may-cancel.ts';
import { cancellationRequested, personal, personSource } from '../../events/catalog.ts';
import { changeIdOf } from '../../ledger/ledger.ts';
import { maySend } from '../../model/senders.ts';
import type { Settings } from '../../model/settings.ts';
import { requesterOf } from '../govern/asked.ts';
import { type StopServices, stopRequest } from './stop-request.ts';

export interface CancelServices extends StopServices {
  settings: Pick<Settings, 'groups' | 'people' | 'senders'>;
}

/**
 * Stops a request for a voice that may. A cancellation by a voice without permission is refused and recorded on the
 * audit chain of the change.
 */
export async function cancelRequest(
  { ledger, locks, tokens, settings }: CancelServices,
  event: { id: string; source: string; time: string; detail: unknown },
): Promise<{ scope?: string }> {
  const { requestId, reason, actor, isSender } = wishOf(settings, event);
  const request = await ledger.findRequest(requestId);
  if (request === undefined) return {};
  const { scope } = request;
  const requester = requesterOf(request).voice;
  if (!(isSender && mayCancel(requester, actor, settings))) {
    await ledger.record(changeIdOf(requestId), {
      key: `CancellationRefused-${event.id}`,
      event: 'CancellationRefused',
      actor,
      at: event.time,
      reason: `Only ${requester} and members of a group with ${requester} can cancel it`,
      detail: {},
    });
    return { scope };
  }
  await stopRequest({ ledger, locks, tokens }, request, { actor, id: event.id, at: event.time, reason });
  return { scope };
}

/** Returns the cancellation and who requested it. The bus accepts a person's call only from the front door. */
function wishOf(
  { senders }: Pick<Settings, 'senders'>,
  { source, detail }: { source: string; detail: unknown },
) {
  if (source !== personSource) {
    const isSender = maySend(senders, source, 'Cancellation Requested');
    return { ...cancellationRequested.parse(detail), actor: `source/${source}`, isSender };
  }
  const { speaker, ...wish } = personal['Cancellation Requested'].parse(detail);
  return { ...wish, actor: speaker.voice, isSender: true };
}
