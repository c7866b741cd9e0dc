import { hasExpired } from '../model/expiry.ts';
import type { PendingResidual, Verdicts, WaivedViolation, Waiver } from '../model/policy.ts';
import type { Header } from '../model/request.ts';
import type { Settings } from '../model/settings.ts';
import { fitsWildcard } from '../model/wildcard.ts';
import { decisionOn } from './verdicts.ts';

/** The place of a resource, and the time of the evaluation. */
export interface WaiverFrame {
  /** `ENVIRONMENT/NAME`, which a pattern with a slash is matched against. */
  scope: string;
  /** ISO 8601 instant. */
  now: string;
  /** Whether someone must approve the exceptions of a request. Without an approver, a request would exempt itself. */
  approvable: boolean;
}

/** Returns the waivers in the settings of an environment. */
export function settingsWaivers(
  { environments }: Pick<Settings, 'environments'>,
  environment: string,
): Waiver[] {
  const { waivers = [] } = environments[environment] ?? {};
  return waivers.map((waiver) => ({ ...waiver, source: 'settings' }));
}

/** Returns the exceptions that a request asks for in its header. */
export function requestedWaivers({ exceptions = [] }: Pick<Header, 'exceptions'>): Waiver[] {
  return exceptions.map((exception) => ({ ...exception, source: 'request' }));
}

/**
 * Returns the exceptions of a request that were used at admission and therefore approved with its change. Only these
 * apply at the provider call.
 */
export function approvedWaivers(verdicts: Pick<Verdicts, 'waived'>): Waiver[] {
  return waiversUsed(verdicts)
    .map(({ waiver }) => waiver)
    .filter(({ source }) => source === 'request');
}

type Broken = Pick<PendingResidual, 'rule' | 'resource'>;

function speaksOf({ rule, resource: pattern }: Waiver, broken: Broken, scope: string): boolean {
  const name = pattern.includes('/') ? `${scope}/${broken.resource}` : broken.resource;
  return rule === broken.rule && fitsWildcard(pattern, name);
}

/** Returns why a waiver doesn't apply, or undefined if it does. */
function whyNot({ expires, source }: Waiver, { now, approvable }: WaiverFrame): string | undefined {
  if (hasExpired(expires, now)) return `the waiver expired on ${expires}`;
  if (source === 'settings' || approvable) return undefined;
  return 'the request asks for an exception, but no governance policy of the environment has changes approved';
}

/**
 * Applies waivers to verdicts and decides again. Waivers in the settings come before those of the request, so that no
 * approval is needed for what the settings already allow. An expired waiver doesn't apply, and the violation says so.
 * Residuals that wait for runtime values are also waived, so that they don't stop the run later.
 */
export function applyWaivers(verdicts: Verdicts, waivers: readonly Waiver[], frame: WaiverFrame): Verdicts {
  const bySource = waivers.toSorted(
    (a, b) => Number(a.source === 'request') - Number(b.source === 'request'),
  );
  const about = (broken: Broken): Waiver[] =>
    bySource.filter((waiver) => speaksOf(waiver, broken, frame.scope));
  const holding = (broken: Broken): Waiver | undefined =>
    about(broken).find((waiver) => whyNot(waiver, frame) === undefined);
  const waived: WaivedViolation[] = [...verdicts.waived];
  const violations = verdicts.violations.flatMap((violation) => {
    const waiver = holding(violation);
    if (waiver) waived.push({ ...violation, waiver });
    if (waiver) return [];
    const [useless] = about(violation);
    const why = useless && whyNot(useless, frame);
    return [why === undefined ? violation : { ...violation, message: `${violation.message} (${why})` }];
  });
  const pending = verdicts.pending.filter((residual) => {
    const waiver = holding(residual);
    if (waiver) waived.push({ ...residual, waiver });
    return !waiver;
  });
  return { ...verdicts, decision: decisionOn(violations), violations, pending, waived };
}

/** Returns the waivers that apply in the verdicts, without duplicates: what an approver approves and evidence lists. */
export function waiversUsed({ waived }: Pick<Verdicts, 'waived'>): { waiver: Waiver; resources: string[] }[] {
  const byWaiver = Map.groupBy(waived, ({ waiver }) => JSON.stringify(waiver));
  return [...byWaiver.values()].flatMap((uses) => {
    const [first] = uses;
    return first ? [{ waiver: first.waiver, resources: [...new Set(uses.map((use) => use.resource))] }] : [];
  });
}
