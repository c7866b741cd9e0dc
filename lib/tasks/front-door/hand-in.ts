import * as z from 'zod/mini';
import { voicesOf } from '../../change/humans.ts';
import { cancellationRequested, infrastructureRequest, largestInlineBytes } from '../../events/catalogue.ts';
import type { Publisher } from '../../events/publisher.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { hashOf } from '../../model/json.ts';
import { finalRequestStatuses } from '../../model/run.ts';
import type { Settings } from '../../model/settings.ts';
import { writeAsked } from '../asked.ts';
import { DoorRefusal } from './answer.ts';
import { type Call, parsed } from './call.ts';

/** A state of Step Functions holds 256 KiB, the event's envelope and the speaker included. */
const largestBytes = 200 * 1024;

export interface HandInServices {
  ledger: Ledger;
  publisher: Publisher;
  settings: Pick<Settings, 'groups' | 'people'>;
}

export interface HandedIn {
  requestId: string;
  requester: string;
}

/**
 * Takes a request for infrastructure in: writes down who asks for exactly what, and puts it on the bus in their
 * name. The same again has no other effect: Admit ends duplicates.
 *
 * @throws DoorRefusal
 */
export async function handIn(
  { ledger, publisher }: HandInServices,
  { speaker, now, id, json }: Call,
): Promise<HandedIn> {
  const detail = parsed(infrastructureRequest, json());
  const requestId = detail.requestId ?? id;
  const handedIn = { ...detail, requestId };
  const bytes = Buffer.byteLength(JSON.stringify(handedIn));
  if (bytes > largestBytes)
    throw new DoorRefusal(
      413,
      'RequestTooLarge',
      `The request has ${bytes} bytes; a document of more than ${largestInlineBytes} goes by documentReference.`,
    );
  const asked = { requestId, speaker, detailHash: hashOf(handedIn), at: now };
  const stands = await writeAsked(ledger, asked);
  const same = stands.detailHash === asked.detailHash && stands.speaker.voice === speaker.voice;
  const before = await ledger.findRequest(requestId);
  // One that came by the bus has no speaker, whatever stands at the door by now.
  if (!same || (before !== undefined && before.speaker === undefined))
    throw new DoorRefusal(
      409,
      'RequestIdTaken',
      `There is a request ${requestId} already, and it is another.`,
    );
  await publisher.handIn({
    detailType: 'Infrastructure Request',
    detail: { ...handedIn, speaker: stands.speaker },
  });
  return { requestId, requester: speaker.voice };
}

const wish = z.omit(cancellationRequested, { requestId: true });

/** Whether a voice is of any group; where there are no groups, everybody is trusted alike. */
function isTrusted(voice: string, { groups, people }: Pick<Settings, 'groups' | 'people'>): boolean {
  const members = Object.values(groups);
  return members.length === 0 || members.some((voices) => voicesOf(voices, people).includes(voice));
}

/**
 * Asks for a request to be stopped and undone, which changes infrastructure: the requester may, and members of the
 * groups of the settings. Who did is on record.
 * @throws DoorRefusal
 */
export async function cancel(
  { ledger, publisher, settings }: HandInServices,
  { speaker, json }: Call,
  requestId: string,
): Promise<HandedIn> {
  const { reason } = parsed(wish, json());
  const request = await ledger.findRequest(requestId);
  if (request === undefined)
    throw new DoorRefusal(404, 'UnknownRequest', `The ledger holds no request ${requestId}.`);
  if (finalRequestStatuses.includes(request.status))
    throw new DoorRefusal(
      409,
      'RequestEnded',
      `Request ${requestId} has ended already; it is ${request.status}.`,
    );
  if (request.speaker?.voice !== speaker.voice && !isTrusted(speaker.voice, settings))
    throw new DoorRefusal(
      403,
      'NotTheRequester',
      `Only ${request.speaker?.voice ?? request.requester}, who asked for it, and members of groups can cancel it.`,
    );
  await publisher.handIn({ detailType: 'Cancellation Requested', detail: { requestId, reason, speaker } });
  return { requestId, requester: request.requester };
}
