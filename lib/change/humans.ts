/** People with several voices, by the name their decisions count under: the setting `people`. */
export type People = Readonly<Record<string, readonly string[]>>;

/** The one voice of whoever owns this one: `person/NAME` where the settings say whose it is. */
export function humanOf(voice: string, people: People): string {
  const name = Object.keys(people).find((one) => people[one]?.includes(voice));
  return name === undefined ? voice : `person/${name}`;
}

/** The voices of a group's members, each human once, sorted. */
export function voicesOf(members: readonly string[], people: People): string[] {
  return [...new Set(members.map((member) => humanOf(member, people)))].sort();
}
