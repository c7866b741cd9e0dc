import type { Decision } from '../model/change.ts';
import { canonicalJson } from '../model/json.ts';
import type { Bundle } from './bundle.ts';
import type { ChangeTrail } from './change-trail.ts';
import type { Report } from './finding.ts';

const key = ({ changeId, capsuleHash, speaker }: Decision) => `${changeId} ${capsuleHash} ${speaker.voice}`;

/**
 * Checks that the decisions in the ledger are those of the trail: none without an entry, none missing, and none
 * altered.
 */
export function verifyDecisions(
  { decisions }: Bundle,
  trails: ReadonlyMap<string, ChangeTrail>,
  report: Report,
): void {
  const held = new Map(decisions.map((decision) => [key(decision), decision]));
  const entered = new Map<string, Decision>();
  for (const { chain, decisions: ofChange } of trails.values())
    for (const decision of ofChange) {
      entered.set(key(decision), decision);
      const expected = inWords(decision);
      const found = held.get(key(decision));
      if (found === undefined)
        report({ check: 'DecisionRecord', chain, expected, found: 'none in the ledger' });
      else if (canonicalJson(found) !== canonicalJson(decision))
        report({ check: 'DecisionRecord', chain, expected, found: inWords(found) });
    }
  for (const [name, decision] of held)
    if (!entered.has(name)) {
      const chain = `CHAIN#CHANGE#${decision.changeId}`;
      const expected = 'an entry for each decision in the ledger';
      report({ check: 'DecisionRecord', chain, expected, found: `none for: ${inWords(decision)}` });
    }
}

function inWords({ speaker, kind, capsuleHash, at, reason }: Decision): string {
  const why = reason === '' ? '' : ` (${reason})`;
  return `${speaker.voice}, ${kind}, capsule ${capsuleHash.slice(0, 12)}, at ${at}${why}`;
}
