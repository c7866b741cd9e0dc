import { capsuleStepOf, exceptionsOf, governedChangeOf, highestSeverity } from '../../lib/change/capsule.ts';
import { decideApprovals } from '../../lib/change/decide-approvals.ts';
import type { GovernanceRules } from '../../lib/change/governance.ts';
import { riskOf } from '../../lib/change/risk.ts';
import type { Capsule, Rehearsal, RequiredApproval } from '../../lib/model/change.ts';
import type { Operation, Step } from '../../lib/model/plan.ts';
import type { Verdicts } from '../../lib/model/policy.ts';
import type { Header } from '../../lib/model/request.ts';
import type { Wish } from '../../lib/model/wish.ts';

export const person = (name: string) => ({
  voice: `sso/${name}`,
  arn: `arn:aws:sts::1:assumed-role/x/${name}`,
});

export interface Story {
  /** The wish, if the request isn't a manifest. */
  wish?: Wish;
  changeId: string;
  type?: 'standard' | 'normal' | 'emergency';
  approvals?: RequiredApproval[];
  requester?: string;
  /** The minute at which it starts. */
  from: number;
  steps?: string[];
  /** The complete steps, if an inverse plan is derived from more than their ids. */
  plan?: Step[];
  /** The calendars that apply. */
  calendars?: string[];
  expiresAt?: string;
  /** What the verdicts contain in addition to allow or deny. */
  verdicts?: object;
  /** The fields in which a forged capsule differs. */
  forged?: Partial<Capsule>;
  /** The governance that decides on approvals, if it is more than the required approvals. */
  governance?: unknown;
}

/** Returns a step of a plan by its id: `create:A`. A resource named Table holds data. */
export function stepOf(id: string): Step {
  const [operation = '', resource = ''] = id.split(':');
  return {
    ...{ id, resource, operation: operation as Operation, type: 'AWS::SNS::Topic' },
    ...{ dependsOn: [], relationships: [], holdsData: resource === 'Table' },
    ...{ deletionPolicy: 'Delete', updateReplacePolicy: 'Delete', inverse: { operation: 'none' } },
  };
}

/** Returns a governance that requires the same approvals for every change. */
export function governanceOf(approvals: readonly RequiredApproval[]): GovernanceRules {
  const text = 'forbid (principal, action == Baton::Action::"proceed", resource);';
  return {
    version: 1,
    policies: approvals.map(({ level: name }, at) => ({
      ...{ key: `policy${at}`, id: `WANTS_${name}`, text, message: `${name} is wanted`, level: name },
    })),
    levels: Object.fromEntries(
      approvals.map(({ level: name, groups, quorum, eligible }) => [name, { groups, quorum, eligible }]),
    ),
    groups: {},
    dayPointsMax: 20,
  };
}

export function headerOf(changeId: string, type?: Story['type']): Header {
  return {
    ...{ baton: 'v1', action: 'provision', environment: 'dev', service: 's', owner: 'o', onFailure: 'undo' },
    ...{ reason: changeId, change: type === 'emergency' ? 'emergency' : 'normal' },
  };
}

/** Returns the capsule of a story up to its verdicts. Only the requester is fictitious. */
export function capsuleOf(
  { changeId, type, requester = 'rita', approvals = [], calendars = [], forged = {} }: Story,
  {
    header,
    steps,
    verdicts,
    rehearsal,
  }: { header: Header; steps: Step[]; verdicts: Verdicts; rehearsal: Rehearsal },
  hashes: Pick<Capsule, 'desiredHash' | 'planHash' | 'verdictsHash' | 'bundleHash' | 'governanceHash'>,
): Capsule {
  const { violations, pending } = verdicts;
  const waived = exceptionsOf(verdicts);
  const exceptions = waived.filter(({ source }) => source === 'request').length;
  const risk = riskOf({ plan: { steps }, verdicts, rehearsal, exceptions, blastRadius: 0, novelTypes: [] });
  const worst = highestSeverity(verdicts);
  const capsule: Capsule = {
    ...{ version: 1, changeId, requestId: changeId.replace('CHG-', ''), attempt: 1 },
    ...{ type: type === 'emergency' ? type : 'normal', header, requester: person(requester), scope: 'dev/s' },
    ...hashes,
    ...{ violations, pending, waived, steps: steps.map(capsuleStepOf), impact: [], overlaps: [], risk },
    ...{
      approvals: [],
      dayPoints: 0,
      window: { calendars },
      predicted: { doSeconds: 1, undoSeconds: 1 },
      rehearsal,
    },
    ...(worst === undefined ? {} : { highestSeverity: worst }),
  };
  const wanted = decideApprovals(governanceOf(approvals), governedChangeOf(capsule)).approvals;
  const standard = type !== 'emergency' && wanted.length === 0;
  return { ...capsule, approvals: wanted, ...(standard ? { type: 'standard' } : {}), ...forged };
}
