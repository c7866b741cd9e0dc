/** The detail types that senders put on the bus. */
export const incomingDetailTypes = ['Infrastructure Request', 'Cancellation Requested'] as const;
export type IncomingDetailType = (typeof incomingDetailTypes)[number];

/** What the settings say of senders: source → detail types; `*` stands for every source that is not named. */
export type Senders = Readonly<Record<string, { detailTypes: readonly IncomingDetailType[] }>>;

/**
 * Whether events of this source and detail type are accepted. The policy of the bus says which principals may use a
 * source; this holds for events that reach a function by any other way. A source that is named in the settings has
 * what its own row says, and nothing of the row `*`.
 */
export function maySend(senders: Senders, source: string, detailType: IncomingDetailType): boolean {
  const row = Object.hasOwn(senders, source) ? senders[source] : senders['*'];
  return row?.detailTypes.includes(detailType) ?? false;
}
