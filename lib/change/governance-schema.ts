/**
 * What a governance policy can speak of: people in groups, and the change they want something of. In Cedar's own
 * schema language ("Cedar schema format", Cedar Policy Language Reference Guide).
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
  };
  action "request", "proceed", "break-glass", "approve", "bypass-window"
    appliesTo { principal: Person, resource: Change };
}
`;

/**
 * What a policy can be about. `proceed`: may it run without further approval? What forbids it names the level of
 * approval that lifts the ban. All others: may this person do this? What forbids it stands.
 */
export const governanceActions = ['request', 'proceed', 'break-glass', 'approve', 'bypass-window'] as const;
export type GovernanceAction = (typeof governanceActions)[number];
