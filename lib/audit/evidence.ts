import type { ChainedEntry } from '../ledger/audit-chain.ts';
import type { Waiver } from '../model/policy.ts';
import { type Framework, orderedControls } from '../policy/frameworks.ts';
import type { Bundle } from './bundle.ts';
import { changeOfChain } from './change-trail.ts';
import { type ReadVerdicts, verdictsEvidenceForm } from './evidence-forms.ts';
import { textOf } from './finding.ts';
import { isEntry } from './forms.ts';

/** An exception that was used, and the change that used it. */
export interface WaiverUse {
  changeId: string;
  waiver: Waiver;
}

/** The evidence for one rule. Change ids are sorted and unique. */
export interface RuleEvidence {
  rule: string;
  /** Changes that the rule applied to, with any result. */
  judged: string[];
  /** Changes that it stopped, at admission or at a provider call. */
  denied: string[];
  /** Changes that it would have stopped if it weren't in mode `warn`. */
  warned: string[];
  /** Changes with values that were known only at run time. The rule was evaluated again then. */
  pending: string[];
  waived: WaiverUse[];
}

export interface ControlEvidence {
  control: string;
  rules: RuleEvidence[];
  /** Changes that any of its rules was evaluated for, and those of them that people approved or reviewed. */
  judged: string[];
  decided: string[];
}

export interface Evidence {
  framework: Framework;
  /** ISO 8601 instants. Absent without a limit. */
  from?: string;
  to?: string;
  account: string;
  region: string;
  controls: ControlEvidence[];
  /** Number of changes evaluated within the time, with any rules. */
  changes: number;
}

/**
 * Returns the evidence in a trail for each control of a framework within a time range. Pure. Doesn't verify the trail.
 */
export function evidenceOf(
  bundle: Bundle,
  framework: Framework,
  { from, to }: { from?: string; to?: string } = {},
): Evidence {
  const within = ({ at }: ChainedEntry) =>
    (from === undefined || at >= from) && (to === undefined || at < to);
  const rules = new Map<string, RuleEvidence>();
  const judged = new Set<string>();
  const decided = new Set<string>();
  for (const [chain, entries] of bundle.chains) {
    const ofChange = changeOfChain(chain);
    for (const entry of entries) {
      const changeId = ofChange ?? textOf(entry.detail, 'changeId');
      if (isEntry(entry, 'ChangeApproved', 'ChangeReviewed')) decided.add(changeId);
      if (!within(entry)) continue;
      if (isEntry(entry, 'PolicyEvaluated')) {
        judged.add(changeId);
        addVerdicts(rules, changeId, bundle.documents.get(textOf(entry.detail, 'verdictsHash')));
      }
      addCall(rules, changeId, entry);
    }
  }
  const { account, region } = bundle.header;
  return {
    framework,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    account,
    region,
    controls: orderedControls(framework).map((control) => controlOf(framework, control, rules, decided)),
    changes: judged.size,
  };
}

function controlOf(
  { controls }: Framework,
  control: string,
  known: ReadonlyMap<string, RuleEvidence>,
  decided: ReadonlySet<string>,
): ControlEvidence {
  const rules = (controls[control] ?? []).map((rule) => sorted(known.get(rule) ?? nothingOf(rule)));
  const judged = [...new Set(rules.flatMap((one) => one.judged))].sort();
  return { control, rules, judged, decided: judged.filter((changeId) => decided.has(changeId)) };
}

function nothingOf(rule: string): RuleEvidence {
  return { rule, judged: [], denied: [], warned: [], pending: [], waived: [] };
}

function sorted({ rule, waived, ...lists }: RuleEvidence): RuleEvidence {
  const once = (list: string[]) => [...new Set(list)].sort();
  const { judged, denied, warned, pending } = lists;
  return {
    rule,
    judged: once(judged),
    denied: once(denied),
    warned: once(warned),
    pending: once(pending),
    waived: [...new Map(waived.map((use) => [JSON.stringify(use), use])).values()],
  };
}

function evidenceFor(rules: Map<string, RuleEvidence>, rule: string): RuleEvidence {
  const known = rules.get(rule) ?? nothingOf(rule);
  rules.set(rule, known);
  return known;
}

/** Adds the evidence of an evaluation at admission. */
function addVerdicts(rules: Map<string, RuleEvidence>, changeId: string, document: unknown): void {
  const verdicts: ReadVerdicts | undefined = verdictsEvidenceForm.safeParse(document).data;
  if (verdicts === undefined) return;
  const { violations, pending, waived } = verdicts;
  const spoke = [...verdicts.rules, ...[...violations, ...pending, ...waived].map(({ rule }) => rule)];
  for (const rule of new Set(spoke)) evidenceFor(rules, rule).judged.push(changeId);
  for (const { rule, enforcement } of violations)
    evidenceFor(rules, rule)[enforcement === 'enforce' ? 'denied' : 'warned'].push(changeId);
  for (const { rule } of pending) evidenceFor(rules, rule).pending.push(changeId);
  for (const { rule, waiver } of waived) evidenceFor(rules, rule).waived.push({ changeId, waiver });
}

/** Adds the evidence of an evaluation at a provider call, from the entry of the step or of its asset. */
function addCall(rules: Map<string, RuleEvidence>, changeId: string, entry: ChainedEntry): void {
  const { detail } = entry;
  const { warned } = detail;
  if (Array.isArray(warned))
    for (const rule of warned) evidenceFor(rules, String(rule)).warned.push(changeId);
  if (!isEntry(entry, 'StepFailed') || detail.code !== 'PolicyDenied') return;
  // `RULE: message; RULE: message`
  for (const [, rule = ''] of textOf(detail, 'message').matchAll(/(?:^|; )([A-Z][A-Z0-9_]+): /g))
    evidenceFor(rules, rule).denied.push(changeId);
}
