import { absent, ConditionFailed } from '../../dynamodb/table.ts';
import { personSource } from '../../events/catalogue.ts';
import { ledgerKeys } from '../../ledger/keys.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { RequestRecord } from '../../ledger/records.ts';
import type { Speaker } from '../../model/change.ts';
import { InvalidInput } from '../../model/errors.ts';
import { hashOf } from '../../model/json.ts';

/** What the door knows of a request: who handed it in, and what exactly. It alone writes this. */
export interface Asked {
  requestId: string;
  speaker: Speaker;
  /** SHA-256 of the canonical JSON of what was handed in, without its speaker. */
  detailHash: string;
  /** ISO 8601 instant. */
  at: string;
}

/**
 * Writes down who handed a request in.
 * @returns what stands there: another's where the id was taken already
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
 * Who asks, where that is proven: of an event in a person's name, whoever the door wrote down for exactly this
 * request. An event proves nothing by itself, since it may have been handed to the machine by other ways than the
 * bus.
 *
 * @returns undefined for any other source
 * @throws InvalidInput where the door knows nothing of it
 */
export async function provenSpeaker(
  { table }: Ledger,
  { source, detail }: { source: string; detail: Record<string, unknown> },
): Promise<Speaker | undefined> {
  if (source !== personSource) return undefined;
  const { speaker: _claimed, ...handedIn } = detail;
  const asked = await table.get<Asked>(ledgerKeys.asked(String(detail.requestId)));
  if (asked?.detailHash === hashOf(handedIn)) return asked.speaker;
  const message = 'The request claims to be from a person, but did not come through the front door.';
  throw new InvalidInput([{ path: 'detail.speaker', code: 'UnprovenSpeaker', message }]);
}

/** Who asks, as the ledger holds it: a proven speaker, or the source of a sender on the bus. */
export function requesterOf({ speaker, requester }: Pick<RequestRecord, 'speaker' | 'requester'>): Speaker {
  return speaker ?? { voice: `source/${requester}`, arn: requester };
}
