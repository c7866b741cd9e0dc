import * as z from 'zod/mini';
import { type Standing, standingOf } from '../../change/approvals.ts';
import { mayDecide } from '../../change/may-decide.ts';
import type { Documents } from '../../documents/documents.ts';
import { absent, ConditionFailed } from '../../dynamodb/table.ts';
import type { Publisher } from '../../events/publisher.ts';
import type { TaskTokens } from '../../executions/task-tokens.ts';
import { appendWrites, chainHead, notBefore } from '../../ledger/audit-chain.ts';
import { changeChain, ledgerKeys } from '../../ledger/keys.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { ChangeRecord } from '../../ledger/records.ts';
import type { EntryOf } from '../../model/audit-entries.ts';
import type { Capsule, Decision, DecisionKind } from '../../model/change.ts';
import { changeEvent } from '../change-event.ts';
import { wake } from '../keep-token.ts';
import { DoorRefusal } from './answer.ts';
import { type Call, parsed } from './call.ts';

export interface DecideServices {
  ledger: Ledger;
  documents: Documents;
  publisher: Publisher;
  tokens: TaskTokens;
}

const body = z.strictObject({
  capsuleHash: z.string().check(z.regex(/^[0-9a-f]{64}$/, 'expected the 64 hexadecimal digits of a capsule')),
  reason: z._default(z.string().check(z.maxLength(4096)), ''),
});

export interface Decided {
  changeId: string;
  capsuleHash: string;
  decision: DecisionKind;
  voice: string;
  at: string;
  /** Whether the decision existed already, so that nothing changed. */
  already: boolean;
  /** The approvals after the decision, and when the change runs at the earliest after all are given. */
  standing: Standing & { opensAt?: string; opensReason?: string };
}

/**
 * Records a decision on a change once for each voice and capsule, with its audit entry, publishes it and wakes the
 * waiting task. Doesn't decide whether the change continues: CountDecisions reads the ledger. A repetition completes
 * what was left undone and has no other effect.
 *
 * @throws DoorRefusal
 */
export async function decide(
  services: DecideServices,
  { speaker, now, json }: Call,
  changeId: string,
  kind: DecisionKind,
): Promise<Decided> {
  const { ledger, documents, publisher } = services;
  const { capsuleHash, reason } = parsed(body, json());
  const change = await ledger.findChange(changeId);
  if (change === undefined)
    throw new DoorRefusal(404, 'UnknownChange', `The ledger holds no change ${changeId}.`);
  const wanted: Decision = { changeId, capsuleHash, kind, speaker, reason: reason.trim(), at: now };
  const earlier = await earlierDecision(ledger, wanted);
  // For an existing decision, the current state of the change doesn't matter.
  const capsule =
    earlier === undefined
      ? await admissible(documents, change, wanted)
      : await documents.get<Capsule>(capsuleHash);
  const { stands, already } =
    earlier === undefined ? await write(ledger, wanted) : { stands: earlier, already: true };
  if (stands.kind !== kind)
    throw new DoorRefusal(
      409,
      'DecidedOtherwise',
      `${speaker.voice} decided to ${stands.kind} this capsule at ${stands.at}: a decision is final.`,
    );
  const more = { speaker, decision: kind, reason: stands.reason };
  await publisher.publish(
    changeEvent('Change Decision Recorded', { ...change, capsuleHash }, capsule, stands.at, more),
  );
  await wake(services, changeId, 'DecisionRecorded');
  const standing = await standingNow(ledger, { ...change, capsuleHash }, capsule, stands.at);
  return { changeId, capsuleHash, decision: kind, voice: speaker.voice, at: stands.at, already, standing };
}

async function standingNow(
  ledger: Ledger,
  { changeId, capsuleHash, expiresAt }: Pick<ChangeRecord, 'changeId' | 'capsuleHash' | 'expiresAt'>,
  capsule: Capsule,
  now: string,
): Promise<Decided['standing']> {
  const decisions = await ledger.decisions(changeId);
  const { opensAt, reason, bypass } = capsule.window;
  const opens = bypass === undefined ? { opensAt, opensReason: reason } : {};
  return { ...standingOf({ capsule, capsuleHash, decisions, now, expiresAt }), ...opens };
}

async function earlierDecision({ table }: Ledger, wanted: Decision): Promise<Decision | undefined> {
  return table.get<Decision>(ledgerKeys.decision(wanted.changeId, wanted.capsuleHash, wanted.speaker.voice));
}

/** Returns the capsule if it may be decided on. @throws DoorRefusal */
async function admissible(
  documents: Documents,
  change: ChangeRecord,
  { kind, speaker, capsuleHash, reason, at }: Decision,
): Promise<Capsule> {
  const capsule = await documents.get<Capsule>(change.capsuleHash);
  const refused = mayDecide(capsule, change, speaker, kind, at);
  if (refused !== undefined) throw new DoorRefusal(refused.status, refused.code, refused.message);
  // Only a voice that may decide on this capsule learns that the capsule differs.
  if (capsuleHash !== change.capsuleHash)
    throw new DoorRefusal(
      409,
      'CapsuleStale',
      `Change ${change.changeId} now has capsule ${change.capsuleHash}, not ${capsuleHash}: review it again.`,
    );
  if (kind !== 'approve' && reason === '')
    throw new DoorRefusal(400, 'ReasonMissing', `A reason is required to ${kind} a change.`);
  return capsule;
}

/** Writes the decision and its audit entry in one transaction. Returns the stored decision. */
async function write({ table }: Ledger, wanted: Decision): Promise<{ stands: Decision; already: boolean }> {
  const { changeId, capsuleHash, kind, speaker, reason } = wanted;
  const chain = changeChain(changeId);
  const entry: Omit<EntryOf<'DecisionRecorded'>, 'at'> = {
    key: `Decision-${capsuleHash}-${speaker.voice}`,
    event: 'DecisionRecorded',
    actor: speaker.voice,
    capsule: capsuleHash,
    reason,
    detail: { kind, speaker },
  };
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const head = await chainHead(table, chain);
    // The decision and its entry have the same contents, including the time.
    const stands = { ...wanted, at: notBefore(head, wanted.at) };
    const put = { ...ledgerKeys.decision(changeId, capsuleHash, speaker.voice), ...stands };
    const entryNow = { ...entry, at: stands.at };
    try {
      await table.transact([
        { table, put, condition: absent },
        ...appendWrites(table, chain, head, entryNow),
      ]);
      return { stands, already: false };
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      const other = await table.get<Decision>(ledgerKeys.decision(changeId, capsuleHash, speaker.voice));
      if (other !== undefined) return { stands: other, already: true };
    }
  }
  throw new Error(
    `The audit chain ${chain} moved on 20 times while a decision of ${speaker.voice} was waiting.`,
  );
}
