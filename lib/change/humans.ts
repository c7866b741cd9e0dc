/** People with several voices, by the name that their decisions count under: the setting `people`. */
export type People = Readonly<Record<string, readonly string[]>>;

/** Returns the voice that counts for this one: `person/NAME` if the settings assign it to a person. */
export function humanOf(voice: string, people: People): string {
  const name = Object.keys(people).find((one) => people[one]?.includes(voice));
  return name === undefined ? voice : `person/${name}`;
}

/** Returns the voices of a group's members, each person once, sorted. */
export function voicesOf(members: readonly string[], people: People): string[] {
  return [...new Set(members.map((member) => humanOf(member, people)))].sort();
}
