import type { Finding } from '../../audit/finding.ts';
import type { Verification } from '../../audit/verify.ts';
import type { Range } from '../../client/audit/read-trail.ts';
import { counted, type Paint } from '../style.ts';

/** Number of findings to show. `--json` has all. */
const shown = 20;

/** Formats the findings of a verification: the first break in full, the others in one line each. */
export function verificationText(
  { findings, seals, lastSeal, entries, changes, runs, assetChanges, documents }: Verification,
  { from, to }: Range,
  paint: Paint,
): string[] {
  const [first, ...others] = findings;
  const range =
    from === undefined && to === undefined
      ? 'all of the trail'
      : `${from ?? 'the beginning'} to ${to ?? 'now'}`;
  const looked = [
    `Bundle of ${range}: ${counted(seals, 'seal')}, ${counted(changes, 'change')}, ${counted(runs, 'run')}, ` +
      `${counted(assetChanges, 'asset change')}, ${counted(documents, 'document')}.`,
    ...(lastSeal === undefined
      ? []
      : [
          `Sealed: ${counted(entries.sealed, 'entry', 'entries')}, up to seal ${lastSeal.number} of ${lastSeal.at}, ${lastSeal.hash}`,
        ]),
    ...(entries.unsealed > 0
      ? [
          paint(
            'warn',
            `Not sealed yet: ${counted(entries.unsealed, 'entry', 'entries')}; nothing is proven of them.`,
          ),
        ]
      : []),
  ];
  if (first === undefined)
    return [...looked, paint('good', 'It holds: what is sealed is as it was, and was allowed.')];
  return [
    ...looked,
    paint('bad', `It does not hold. First break: ${first.check} at ${placeOf(first)}`),
    `  expected  ${first.expected}`,
    `  found     ${first.found}`,
    ...(others.length > 0 ? [`${counted(others.length, 'further finding')}:`] : []),
    ...others
      .slice(0, shown)
      .map((one) => `  ${one.check} at ${placeOf(one)}: expected ${one.expected}; found ${one.found}`),
    ...(others.length > shown ? [`  and ${others.length - shown} more: --json has them all`] : []),
  ];
}

function placeOf({ chain, entry }: Finding): string {
  if (chain === undefined) return 'the documents';
  if (chain === 'SEAL') return `seal ${entry}`;
  return entry === undefined ? chain : `${chain}, entry ${entry}`;
}
