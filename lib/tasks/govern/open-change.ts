import { secondsToWait } from '../../change/approvals.ts';
import type { Objection } from '../../change/governance.ts';
import type { Publisher } from '../../events/publisher.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { ChangeRecord } from '../../ledger/records.ts';
import type { Capsule } from '../../model/change.ts';
import type { Verdicts } from '../../model/policy.ts';
import type { Settings } from '../../model/settings.ts';
import { changeEvent } from '../change-event.ts';
import { type SealServices, sealCapsule } from './seal-capsule.ts';

export interface OpenChangeServices extends SealServices {
  ledger: Ledger;
  publisher: Publisher;
  settings: Pick<Settings, 'environments'>;
}

export interface OpenedChange {
  changeId: string;
  approval: 'Approved' | 'Waiting' | 'Refused';
  /** Whole seconds until a reminder or the expiry. */
  waitSeconds: number;
  /** Only for the log line. */
  scope: string;
}

/**
 * Opens the change that authorizes exactly this plan. Seals everything it depends on in a capsule, and policy decides
 * which approvals it needs. A standard change needs none, and an emergency is reviewed afterwards.
 */
export async function openChange(
  services: OpenChangeServices,
  { requestId, planHash, now }: { requestId: string; planHash: string; now: string },
): Promise<OpenedChange> {
  const { ledger, documents } = services;
  const request = await ledger.request(requestId);
  const verdicts = await documents.get<Verdicts>(request.verdictsHash ?? '');
  // Reads the verdicts themselves rather than the request's status.
  const ofPlan = request.planHash === planHash && verdicts.planHash === planHash;
  if (verdicts.decision !== 'allow' || !ofPlan)
    throw new Error(`Request ${requestId} holds no allowance for plan ${planHash}.`);
  const { capsule, refusals } = await sealCapsule(services, request, verdicts, now);
  const capsuleHash = await documents.put(capsule);
  const change = recordOf(services, capsule, capsuleHash, refusals, now);
  await ledger.putChange(change);
  await ledger.updateRequest(requestId, {
    changeId: change.changeId,
    updatedAt: now,
    ...(change.status === 'Approved' ? { status: 'Approved' as const } : {}),
    ...(change.status === 'Refused' ? { refusal: change.reason } : {}),
  });
  await recordOpening(services, change, capsule, now);
  const { expiresAt, environment } = change;
  const hours = services.settings.environments[environment]?.governance.reminderHours ?? [];
  const waitSeconds = expiresAt === undefined ? 1 : secondsToWait(expiresAt, hours, now);
  const approval =
    change.status === 'Approved' ? 'Approved' : change.status === 'Refused' ? 'Refused' : 'Waiting';
  return { changeId: change.changeId, approval, waitSeconds, scope: capsule.scope };
}

function recordOf(
  { settings }: OpenChangeServices,
  capsule: Capsule,
  capsuleHash: string,
  refusals: Objection[],
  now: string,
): ChangeRecord {
  const { changeId, requestId, type, header, requester, planHash, verdictsHash, bundleHash, steps } = capsule;
  const { environment, service } = header;
  const refused = refusals.length > 0;
  // A plan without steps needs no approval.
  const waits = type === 'normal' && steps.length > 0;
  const hours = settings.environments[environment]?.governance.approvalHours ?? 72;
  const expiresAt = new Date(Date.parse(now) + hours * 3_600_000).toISOString();
  return {
    changeId,
    requestId,
    type,
    status: refused ? 'Refused' : waits ? 'AwaitingApproval' : 'Approved',
    capsuleHash,
    environment,
    service,
    requester,
    riskLevel: capsule.risk.level,
    reminders: 0,
    planHashes: [planHash],
    verdictsHash,
    bundleHash,
    openedAt: now,
    ...(waits && !refused ? { expiresAt } : {}),
    ...(refused ? { reason: refusals.map(({ id, message }) => `${message} (${id})`).join('; ') } : {}),
  };
}

async function recordOpening(
  { ledger, publisher }: OpenChangeServices,
  change: ChangeRecord,
  capsule: Capsule,
  now: string,
): Promise<void> {
  const { changeId, capsuleHash, status, type } = change;
  const approvals = capsule.approvals.map(({ level, quorum }) => ({ level, quorum }));
  await ledger.record(changeId, {
    key: `ChangeOpened-${capsuleHash}`,
    event: status === 'Refused' ? 'ChangeRefused' : 'ChangeOpened',
    actor: capsule.requester.voice,
    at: now,
    capsule: capsuleHash,
    reason: change.reason ?? capsule.header.reason,
    detail: {
      planHash: capsule.planHash,
      type,
      status,
      verdictsHash: capsule.verdictsHash,
      bundleHash: capsule.bundleHash,
      governanceHash: capsule.governanceHash,
      risk: capsule.risk.level,
      approvals,
      expiresAt: change.expiresAt,
    },
  });
  const events = [changeEvent('Change Opened', change, capsule, now)];
  if (status === 'AwaitingApproval')
    events.push(changeEvent('Change Approval Requested', change, capsule, now));
  await publisher.publish(...events);
}
