import { hasExpired } from '../model/expiry.ts';
import type { PendingResidual, Verdicts, WaivedViolation, Waiver } from '../model/policy.ts';
import type { Header } from '../model/request.ts';
import type { Settings } from '../model/settings.ts';
import { fitsWildcard } from '../model/wildcard.ts';
import { decisionOn } from './verdicts.ts';

/** Where a resource stands, and when it is asked about. */
export interface WaiverFrame {
  /** `ENVIRONMENT/NAME`, what a pattern with a slash is held against. */
  scope: string;
  /** ISO 8601 instant. */
  now: string;
  /** Whether somebody approves what a request asks for; where nobody does, it would excuse itself. */
  approvable: boolean;
}

/** The exceptions agreed for an environment. */
export function settingsWaivers(
  { environments }: Pick<Settings, 'environments'>,
  environment: string,
): Waiver[] {
  const { waivers = [] } = environments[environment] ?? {};
  return waivers.map((waiver) => ({ ...waiver, source: 'settings' }));
}

/** The exceptions a request asks for in its header. */
export function requestedWaivers({ exceptions = [] }: Pick<Header, 'exceptions'>): Waiver[] {
  return exceptions.map((exception) => ({ ...exception, source: 'request' }));
}

/**
 * The exceptions of a request that were used when it was judged, hence approved with its change: the only ones that
 * hold at the provider call.
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

/** Why a waiver excuses nothing; undefined while it holds. */
function whyNot({ expires, source }: Waiver, { now, approvable }: WaiverFrame): string | undefined {
  if (hasExpired(expires, now)) return `the waiver expired on ${expires}`;
  if (source === 'settings' || approvable) return undefined;
  return 'the request asks for an exception, but no governance policy of the environment has changes approved';
}

/**
 * Excuses what a waiver speaks of and decides anew. Waivers of the settings come before those of the request, so
 * that nobody is asked to approve what is agreed already; an expired one excuses nothing, and the violation says so.
 * What still waits for values of run time is excused as well, lest it stop the run later.
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

/** The waivers that excuse something in the verdicts, each once: what an approver approves, what evidence names. */
export function waiversUsed({ waived }: Pick<Verdicts, 'waived'>): { waiver: Waiver; resources: string[] }[] {
  const byWaiver = Map.groupBy(waived, ({ waiver }) => JSON.stringify(waiver));
  return [...byWaiver.values()].flatMap((uses) => {
    const [first] = uses;
    return first ? [{ waiver: first.waiver, resources: [...new Set(uses.map((use) => use.resource))] }] : [];
  });
}
