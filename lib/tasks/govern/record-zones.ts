import type { Violation } from '../../model/policy.ts';
import { isRecordSet } from '../../model/record-sets.ts';
import type { DesiredState } from '../../model/request.ts';
import type { Settings } from '../../model/settings.ts';
import { fitsWildcard } from '../../model/wildcard.ts';

/**
 * Returns records in zones that the environment doesn't have. The provider refuses these zones, too: the id of a zone may
 * be known only then.
 */
export function forbiddenZones(
  { header, resources }: Pick<DesiredState, 'header' | 'resources'>,
  settings: Settings,
): Violation[] {
  const allowed = settings.environments[header.environment]?.hostedZones ?? [];
  return resources
    .filter(({ type }) => isRecordSet(type))
    .filter(({ properties: { HostedZoneId: zone } }) => {
      if (typeof zone !== 'string') return allowed.length === 0;
      return !allowed.some((pattern) => fitsWildcard(pattern, zone));
    })
    .map(({ logicalId, properties: { HostedZoneId: zone } }) => ({
      rule: 'HOSTED_ZONE_ALLOWED',
      severity: 'high',
      enforcement: 'enforce',
      resource: logicalId,
      path: 'HostedZoneId',
      message: `Records of ${typeof zone === 'string' ? zone : 'hosted zones'} may not be changed in ${header.environment}.`,
      remedy:
        allowed.length === 0
          ? 'Add the id of the zone to hostedZones in the settings of the environment.'
          : `Use one of ${allowed.join(', ')}, or add the id of the zone to hostedZones in the settings of the environment.`,
    }));
}
