import type { ChangeEventName, OutgoingEvent } from '../events/catalog.ts';
import type { ChangeRecord } from '../ledger/records.ts';
import type { Capsule, DecisionKind, Speaker } from '../model/change.ts';

/**
 * Returns a transition of a change as an event, with everything that a ticket system needs for its own record, in one
 * format for all transitions.
 */
export function changeEvent(
  detailType: ChangeEventName,
  change: ChangeRecord,
  capsule: Pick<Capsule, 'header' | 'approvals' | 'risk' | 'steps' | 'planHash'> | undefined,
  now: string,
  more: { speaker?: Speaker; decision?: DecisionKind; reason?: string; opensAt?: string } = {},
): OutgoingEvent {
  const { changeId, requestId, capsuleHash, type, status, environment, service, requester } = change;
  const reason = more.reason ?? change.reason ?? capsule?.header.reason;
  return {
    detailType,
    detail: {
      changeId,
      requestId,
      planHash: capsule?.planHash ?? change.planHashes[0] ?? '',
      capsuleHash,
      type,
      status,
      environment,
      service,
      owner: capsule?.header.owner,
      requester: requester.voice,
      risk: change.riskLevel,
      steps: capsule?.steps.length,
      approvals: capsule?.approvals.map(({ level, quorum, groups }) => ({ level, quorum, groups })),
      at: now,
      expiresAt: change.expiresAt,
      reviewBy: change.reviewBy,
      opensAt: more.opensAt,
      decision: more.decision,
      actor: more.speaker?.voice,
      reason: reason?.slice(0, 4096),
    },
  };
}
