import { canonicalJson, type JsonValue } from '../../model/json.ts';
import type { Step } from '../../model/plan.ts';
import { readTrafficPolicy, shiftSteps } from '../../model/traffic-policy.ts';
import { asTexts } from '../../model/traffic-shift.ts';
import type { Finding } from './types.ts';

/** Returns the exposures of a step that moves traffic, or changes by which steps and rules it is moved. */
export function trafficFindings({ shift, baton, changes = [] }: Step): Finding[] {
  const findings: Finding[] = [];
  if (shift?.lift !== undefined)
    findings.push({
      ...{ kind: 'failed-side', level: 'high' },
      message: `sends traffic to a side that failed its analysis (${shift.lift.failure}), because: ${shift.lift.reason}`,
    });
  if (shift !== undefined && !isDeclared(shift.plan, baton?.traffic))
    findings.push({
      ...{ kind: 'observability', level: 'medium' },
      message: 'moves traffic in other steps than its manifest declares',
    });
  // Those who approved a policy approved the shifts by it. One that is declared for the first time only adds to what is watched.
  if (changes.some(({ path, before }) => path === 'Baton.traffic' && before !== undefined))
    findings.push({
      ...{ kind: 'observability', level: 'medium' },
      message: 'changes by which steps and rules its traffic is moved',
    });
  return findings;
}

function isDeclared(
  { steps, original }: NonNullable<Step['shift']>['plan'],
  declared: JsonValue | undefined,
): boolean {
  const read = readTrafficPolicy(asTexts(declared ?? null).value);
  if ('problems' in read) return false;
  const own = shiftSteps(read.policy).filter(({ weight }) => weight > original);
  return canonicalJson(own) === canonicalJson([...steps]);
}
