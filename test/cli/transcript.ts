/** Values that differ between runs, and their replacements in a golden transcript. */
const replacements: [RegExp, string][] = [
  // Whether the time of the next attempt is shown depends on the time of the poll.
  [/, next attempt at \d+(:\d\d)+/g, ''],
  [/req-[0-9a-f]{12}/g, 'req-ID'],
  [/\b[0-9a-f]{32}\b/g, 'ASSET'],
  [/\b(Plan|Rollback plan) [0-9a-f]{12}\b/g, '$1 HASH'],
  [/\d{4}-\d\d-\d\d(T[\d:.]+Z| \d\d:\d\d UTC)/g, 'TIME'],
  [/-(run|undo)-[0-9a-f]{8}\b/g, '-$1-HASH'],
  [/(\d+ h )?(\d+ min )?[\d.]+ (s|min|ms)\b/g, 'DURATION'],
  [/^ +\d+:\d\d /gm, '   M:SS '],
  [/[\d,]+ (state transition|pump tick|event)s?/g, 'N $1s'],
  // Columns are as wide as their contents.
  [/ +(Active|Retired) +/g, '  $1  '],
  [/ +(Status) +/g, '  $1  '],
];

/** Replaces everything in the transcript that differs between runs. */
export function normalized(transcript: string): string {
  return replacements.reduce((text, [pattern, word]) => text.replaceAll(pattern, word), `${transcript}\n`);
}
