import { absent, ConditionFailed } from '../../dynamodb/table.ts';
import { personSource, scalingSource } from '../../events/catalog.ts';
import { ledgerKeys } from '../../ledger/keys.ts';
import { changeIdOf, type Ledger } from '../../ledger/ledger.ts';
import type { RequestRecord } from '../../ledger/records.ts';
import type { Speaker } from '../../model/change.ts';
import { InvalidInput } from '../../model/errors.ts';
import { hashOf } from '../../model/json.ts';

/** Who submitted a request through the front door, and exactly what. Only the front door writes this. */
export interface Asked {
  requestId: string;
  speaker: Speaker;
  /** SHA-256 of the canonical JSON of the submission, without its speaker. */
  detailHash: string;
  /** ISO 8601 instant. */
  at: string;
}

/**
 * Records who submitted a request.
 * @returns the stored record, which is another's if the id was already used
 */
export async function writeAsked({ table }: Ledger, asked: Asked): Promise<Asked> {
  const key = ledgerKeys.asked(asked.requestId);
  try {
    await table.put({ ...key, ...asked }, absent);
    return asked;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return (await table.get<Asked>(key)) ?? asked;
  }
}

/**
 * Returns the proven requester: for an event in a person's name, the person that the front door recorded for exactly
 * this request. The event itself proves nothing, because it may have reached the machine without the bus.
 *
 * @returns undefined for any other source
 * @throws InvalidInput if the front door has no record of it
 */
export async function provenSpeaker(
  { table }: Ledger,
  { source, detail }: { source: string; detail: Record<string, unknown> },
): Promise<Speaker | undefined> {
  if (source !== personSource) return undefined;
  const { speaker: _claimed, ...submitted } = detail;
  const asked = await table.get<Asked>(ledgerKeys.asked(String(detail.requestId)));
  if (asked?.detailHash === hashOf(submitted)) return asked.speaker;
  const message = 'The request claims to be from a person, but did not come through the front door.';
  throw new InvalidInput([{ path: 'detail.speaker', code: 'UnprovenSpeaker', message }]);
}

/**
 * Requires of a request by scaling that the trail has the decision for exactly this request.
 * @throws InvalidInput if it has none
 */
export async function requireDecision(
  ledger: Ledger,
  requestId: string,
  { source, detail }: { source: string; detail: Record<string, unknown> },
): Promise<void> {
  if (source !== scalingSource) return;
  const decided = await ledger.entry(changeIdOf(requestId), `CapacityDecided-${requestId}`);
  if (decided?.detail.detailHash === hashOf(detail)) return;
  const message = 'The request claims to be from scaling, but the trail has no decision for it.';
  throw new InvalidInput([{ path: 'source', code: 'UnprovenDecision', message }]);
}

/** Returns the requester in the ledger: a proven speaker, or the source of a sender on the bus. */
export function requesterOf({ speaker, requester }: Pick<RequestRecord, 'speaker' | 'requester'>): Speaker {
  return speaker ?? { voice: `source/${requester}`, arn: requester };
}
