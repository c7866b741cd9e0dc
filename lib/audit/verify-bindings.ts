import { inWords, mayAskAnywhere } from '../change/bindings.ts';
import type { GovernanceRules } from '../change/governance.ts';
import type { Binding } from '../model/binding.ts';
import type { Capsule } from '../model/change.ts';
import type { BegunRun, ChangeTrail } from './change-trail.ts';
import { documentAs } from './document-forms.ts';

/** A run of a change in a scope, with the binding of the scope in the trail. */
interface Use {
  trail: ChangeTrail;
  run: BegunRun;
  capsule: Capsule;
}

/** Sources of Baton itself, without the command line and people. */
const ownVoice = /^source\/baton(\.(?!cli$|person$).*)?$/;

type Problem = [expected: string, found: string];

/**
 * Checks that every run in a scope was requested by its holder, for its service and owner, and that the bindings of a
 * scope follow each other. Runs before the first binding of their scope are exempt.
 */
export function verifyBindings(trails: ReadonlyMap<string, ChangeTrail>): void {
  const uses = [...trails.values()].flatMap(usesOf).sort((a, b) => (a.run.at < b.run.at ? -1 : 1));
  for (const inScope of Map.groupBy(uses, ({ capsule }) => capsule.scope).values()) {
    const seen = new Map<number, Binding>();
    for (const use of inScope) {
      const problem = problemOf(use, seen);
      if (problem !== undefined) use.trail.problem('ScopeBinding', use.run.entry, ...problem);
      const { binding } = use.trail.bound ?? {};
      if (binding !== undefined && !seen.has(binding.version)) seen.set(binding.version, binding);
    }
  }
}

function usesOf(trail: ChangeTrail): Use[] {
  return [...trail.runs.values()].flatMap((run) => {
    const capsule = trail.openings.get(run.capsule)?.capsule;
    return capsule === undefined ? [] : [{ trail, run, capsule }];
  });
}

function problemOf({ trail, capsule }: Use, seen: ReadonlyMap<number, Binding>): Problem | undefined {
  const { scope, header, requester } = capsule;
  const last = [...seen.values()].at(-1);
  if (trail.bound === undefined) {
    if (last === undefined) return undefined;
    return [
      `a binding to ${scope}, which is bound to ${inWords(last.holder)}`,
      `a run for ${requester.voice} without`,
    ];
  }
  const { binding, as } = trail.bound;
  const claimed = [scope, header.service, header.owner].join(', ');
  const bound = [binding.scope, binding.service, binding.owner].join(', ');
  if (bound !== claimed) return [`a change of ${bound}, as bound`, `one of ${claimed}`];
  const before = seen.get(binding.version);
  if (
    before !== undefined &&
    (inWords(before.holder) !== inWords(binding.holder) || before.owner !== binding.owner)
  )
    return [
      `${scope} bound to ${inWords(before.holder)}`,
      `bound to ${inWords(binding.holder)}, of version ${binding.version}, too`,
    ];
  if (last !== undefined && binding.version > last.version && binding.origin === 'first')
    return [
      `${scope} handed over or let go`,
      `bound for the first time again, to ${inWords(binding.holder)}`,
    ];
  const glass = as === 'emergency' && capsule.type === 'emergency';
  const own = as === 'baton' && ownVoice.test(requester.voice);
  if (glass || own || holdsBy(trail, capsule, binding)) return undefined;
  if (as === 'administrator') return administers(trail, capsule);
  return [
    `a change of ${scope} asked for by ${inWords(binding.holder)}`,
    `one asked for by ${requester.voice}`,
  ];
}

/**
 * The trail alone doesn't prove that the requester is an administrator: the governance in the capsule must allow it. A
 * governance from before this field existed is not checked.
 */
function administers({ documents }: ChangeTrail, capsule: Capsule): Problem | undefined {
  const { governanceHash, requester, scope, header } = capsule;
  const rules: GovernanceRules | undefined = documentAs('governance', documents.get(governanceHash));
  if (rules?.anyScope === undefined) return undefined;
  const { voice } = requester;
  if (mayAskAnywhere(rules.anyScope, rules.groups, { voice, service: header.service })) return undefined;
  const who = rules.anyScope.flatMap((row) => row.who).join(', ') || 'nobody';
  return [
    `a change of ${scope} asked for by one who may ask in scopes of others (${who})`,
    `one asked for by ${voice}, as administrator`,
  ];
}

/** Tells whether the requester is a holder of the scope, by the groups in the governance of the capsule. */
function holdsBy(
  { documents }: ChangeTrail,
  { governanceHash, requester }: Capsule,
  { holder }: Binding,
): boolean {
  if (holder === undefined) return false;
  if (holder.voice === requester.voice) return true;
  const rules: GovernanceRules | undefined = documentAs('governance', documents.get(governanceHash));
  return holder.groups.some((name) => rules?.groups[name]?.includes(requester.voice));
}
