import { envelopesOf } from '../capacity/envelope.ts';
import type { DesiredResource } from '../request.ts';
import type { NativeOwner } from './owners.ts';

/** A capacity that both a policy of Baton and native auto scaling would decide. */
export function twoScalers(
  { logicalId, type, baton }: Pick<DesiredResource, 'logicalId' | 'type' | 'baton'>,
  owners: readonly NativeOwner[] = [],
  lineOf: (logicalId: string) => number | undefined = () => undefined,
): { path: string; code: string; message: string }[] {
  const own = new Set(envelopesOf(type, baton?.scaling).map(({ trait }) => trait.property));
  return owners
    .filter(({ path }) => own.has(path))
    .map(({ path, by }) => {
      const line = lineOf(by);
      const other = by.includes('/') ? by : `Resources.${by}`;
      return {
        path: `Resources.${logicalId}.Baton.scaling`,
        code: 'TwoScalers',
        message:
          `${path} of ${logicalId} would be decided twice: by this policy, and by native auto scaling through ${other}` +
          `${line === undefined ? '' : ` (line ${line})`}. Expected one of the two: remove scaling from the Baton block of ` +
          `${logicalId}, or remove ${by} and its policies`,
      };
    });
}
