/**
 * The schema of governance policies: people in groups, and the change they act on. Written in the Cedar schema language
 * ("Cedar schema format", Cedar Policy Language Reference Guide).
 */
export const governanceSchemaText = `
namespace Baton {
  entity Group;
  entity Person in [Group] { kind: String };
  entity Change {
    type: String,
    environment: String,
    service: String,
    owner: String,
    action: String,
    scope: String,
    requester: Person,
    riskLevel: String,
    creates: Long,
    updates: Long,
    replaces: Long,
    deletes: Long,
    blastRadius: Long,
    irreversibleSteps: Long,
    dataLosses: Long,
    novelTypes: Set<String>,
    resourceTypes: Set<String>,
    vehicles: Set<String>,
    policyWarnings: Long,
    pendingResiduals: Long,
    exceptions: Long,
    exposures: Set<String>,
    highExposures: Set<String>,
    overlaps: Long,
    rehearsal: String,
    doSeconds: Long,
    undoSeconds: Long,
    waitsSeconds: Long,
    frozen: Bool,
    dayPoints: Long,
    dayPointsMax: Long,
    scaledWithinBounds: Bool,
    scaleOutPercent: Long,
    scaleInPercent: Long,
    dayScales: Long,
    utcHour: Long,
  };
  action "request", "proceed", "break-glass", "approve", "bypass-window"
    appliesTo { principal: Person, resource: Change };
}
`;

/**
 * The actions of governance policies. `proceed`: may the change run without further approval? A policy that forbids it
 * names the approval level that lifts the ban. All other actions: may this person do this? A policy that forbids one of
 * these is final.
 */
export const governanceActions = ['request', 'proceed', 'break-glass', 'approve', 'bypass-window'] as const;
export type GovernanceAction = (typeof governanceActions)[number];
