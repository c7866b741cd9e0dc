/** What differs from run to run, and by what it is replaced in a golden transcript. */
const replacements: [RegExp, string][] = [
  // Whether a failure that passes is seen depends on when one looks.
  [/^.* is tried again: .*\n/gm, ''],
  [/req-[0-9a-f]{12}/g, 'req-ID'],
  [/\b[0-9a-f]{32}\b/g, 'ASSET'],
  [/\b(Plan|Undo plan) [0-9a-f]{12}\b/g, '$1 HASH'],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'],
  [/(\d+ h )?(\d+ min )?[\d.]+ (s|min|ms)\b/g, 'DURATION'],
  [/^ +\d+:\d\d /gm, '   M:SS '],
  [/[\d,]+ (state transition|pump tick|event)s?/g, 'N $1s'],
  // Columns are as wide as what is in them.
  [/ +(Active|Retired) +/g, '  $1  '],
  [/ +(Status) +/g, '  $1  '],
];

/** The transcript with everything replaced that no two runs share. */
export function normalised(transcript: string): string {
  return replacements.reduce((text, [pattern, word]) => text.replaceAll(pattern, word), `${transcript}\n`);
}
