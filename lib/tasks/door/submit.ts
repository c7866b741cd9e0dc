import * as z from 'zod/mini';
import { mayCancel } from '../../change/may-cancel.ts';
import {
  cancellationRequested,
  type InfrastructureRequest,
  infrastructureRequest,
  largestInlineBytes,
  personSource,
  trafficDirective,
} from '../../events/catalog.ts';
import type { Publisher } from '../../events/publisher.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { RequestRecord } from '../../ledger/records.ts';
import { hashOf } from '../../model/json.ts';
import { finalRequestStatuses } from '../../model/run.ts';
import type { Settings } from '../../model/settings.ts';
import { submittedProblems } from '../../request/action.ts';
import { limitProblems } from '../../request/document-limits.ts';
import { requesterOf, writeAsked } from '../govern/asked.ts';
import { DoorRefusal } from './answer.ts';
import { type Call, parsed } from './call.ts';
import { refuseSecrets, type SecretServices } from './refuse-secrets.ts';

/** The state of a Step Functions execution is limited to 256 KiB, including the event's envelope and the speaker. */
const largestBytes = 200 * 1024;

export interface SubmitServices extends SecretServices {
  ledger: Ledger;
  publisher: Publisher;
  settings: Pick<Settings, 'groups' | 'people'>;
}

export interface Submitted {
  requestId: string;
  requester: string;
}

/**
 * Accepts a request: records who submits exactly what, and puts it on the bus in their name. Idempotent: Admit ends
 * duplicates.
 *
 * @throws DoorRefusal
 */
export async function submit(services: SubmitServices, { speaker, now, id, json }: Call): Promise<Submitted> {
  const { ledger, publisher } = services;
  const detail = parsed(infrastructureRequest(), withinLimits(json()));
  const problems = submittedProblems(detail);
  const [problem] = problems;
  if (problem !== undefined)
    throw new DoorRefusal(400, 'InvalidRequest', `${problem.path}: ${problem.message}.`, problems);
  const wantedId = detail.requestId ?? id;
  const bytes = Buffer.byteLength(JSON.stringify({ ...detail, requestId: wantedId }));
  if (bytes > largestBytes)
    throw new DoorRefusal(
      413,
      'RequestTooLarge',
      `The request has ${bytes} bytes; send a document of more than ${largestInlineBytes} bytes by documentReference.`,
    );
  await refuseSecrets(services, detail);
  const { requestId, submitted } = await claimId(ledger, { detail, speaker, now }, [
    wantedId,
    ownId(wantedId, speaker.voice),
  ]);
  await publisher.submit({ detailType: 'Infrastructure Request', detail: { ...submitted, speaker } });
  return { requestId, requester: speaker.voice };
}

/** Returns a body within the limits of the parsers and without names of inherited properties. @throws DoorRefusal */
function withinLimits(body: unknown): unknown {
  const problems = limitProblems(body);
  const [first] = problems;
  if (first === undefined) return body;
  throw new DoorRefusal(400, 'InvalidRequest', `${first.path}: ${first.message}.`, problems);
}

/** Tells whether it came through the front door. Admit records the speaker a moment after it admits the request. */
function isOfPerson({ speaker, requester }: RequestRecord): boolean {
  return speaker !== undefined || requester === personSource;
}

/** Returns an id that no other sender can use in advance. The same wish of the same voice has the same id. */
function ownId(wantedId: string, voice: string): string {
  return `${wantedId.slice(0, 31)}-${hashOf({ wantedId, voice }).slice(0, 16)}`;
}

/**
 * Returns the first id that no other sender uses, so that using an id in advance blocks no one.
 * @throws DoorRefusal if this voice used the id for another request
 */
async function claimId(
  ledger: Ledger,
  { detail, speaker, now }: { detail: InfrastructureRequest; speaker: Call['speaker']; now: string },
  ids: string[],
): Promise<{ requestId: string; submitted: InfrastructureRequest & { requestId: string } }> {
  for (const requestId of ids) {
    const submitted = { ...detail, requestId };
    const asked = { requestId, speaker, detailHash: hashOf(submitted), at: now };
    const taken = await ledger.findRequest(requestId);
    // A request from the bus has no speaker, so its id can't be used at the front door.
    if (taken !== undefined && !isOfPerson(taken)) continue;
    const stands = await writeAsked(ledger, asked);
    if (stands.speaker.voice !== speaker.voice) continue;
    if (stands.detailHash !== asked.detailHash) break;
    // Before the claim, a sender on the bus may have been first. After it, none can be.
    const before = taken ?? (await ledger.findRequest(requestId));
    if (before !== undefined && !isOfPerson(before)) continue;
    return { requestId, submitted };
  }
  throw new DoorRefusal(
    409,
    'RequestIdTaken',
    `A different request already has the id ${ids[0]}. Remove the id, or choose another one.`,
  );
}

const wish = z.omit(cancellationRequested, { requestId: true });

/**
 * Requests that a request is stopped and rolled back, which changes infrastructure. The requester may, and so may
 * members of a group with the requester. The canceling person is recorded.
 * @throws DoorRefusal
 */
export async function cancel(
  { ledger, publisher, settings }: SubmitServices,
  { speaker, json }: Call,
  requestId: string,
): Promise<Submitted> {
  const { reason } = parsed(wish, json());
  const request = await openRequest({ ledger, settings }, speaker, requestId, 'cancel it');
  await publisher.submit({ detailType: 'Cancellation Requested', detail: { requestId, reason, speaker } });
  return { requestId, requester: request.requester };
}

const directive = z.omit(trafficDirective, { requestId: true });

/**
 * Directs a shift of traffic: pauses it, lets it continue, or aborts it, which puts the weight back. Anyone who may cancel
 * the request may direct it.
 * @throws DoorRefusal
 */
export async function direct(
  { ledger, publisher, settings }: SubmitServices,
  { speaker, json }: Call,
  requestId: string,
): Promise<Submitted> {
  const asked = parsed(directive, json());
  const request = await openRequest({ ledger, settings }, speaker, requestId, 'direct its shift');
  if (request.header?.action !== 'shift-traffic')
    throw new DoorRefusal(409, 'NoShift', `Request ${requestId} shifts no traffic.`);
  await publisher.submit({ detailType: 'Traffic Directive', detail: { requestId, ...asked, speaker } });
  return { requestId, requester: request.requester };
}

/** Returns a request that has not ended, for a speaker who may stop it. @throws DoorRefusal */
async function openRequest(
  { ledger, settings }: Pick<SubmitServices, 'ledger' | 'settings'>,
  speaker: Call['speaker'],
  requestId: string,
  what: string,
): Promise<RequestRecord> {
  const request = await ledger.findRequest(requestId);
  if (request === undefined)
    throw new DoorRefusal(404, 'UnknownRequest', `The ledger holds no request ${requestId}.`);
  if (finalRequestStatuses.includes(request.status))
    throw new DoorRefusal(
      409,
      'RequestEnded',
      `Request ${requestId} has already ended with the status ${request.status}.`,
    );
  const requester = requesterOf(request).voice;
  if (mayCancel(requester, speaker.voice, settings)) return request;
  throw new DoorRefusal(
    403,
    'NotTheRequester',
    `Only ${requester}, who asked for it, and members of a group with ${requester} can ${what}.`,
  );
}
