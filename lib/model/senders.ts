/** The detail types of events from senders. */
export const incomingDetailTypes = ['Infrastructure Request', 'Cancellation Requested'] as const;
export type IncomingDetailType = (typeof incomingDetailTypes)[number];

/** The setting `senders`: detail types by source. `*` stands for every source that is not named. */
export type Senders = Readonly<Record<string, { detailTypes: readonly IncomingDetailType[] }>>;

/**
 * Tells whether events with this source and detail type are accepted. The policy of the bus limits which principals may
 * use a source; this covers events that reach a function in another way. For a source named in the settings, only its
 * own row applies, not the row `*`.
 */
export function maySend(senders: Senders, source: string, detailType: IncomingDetailType): boolean {
  const row = Object.hasOwn(senders, source) ? senders[source] : senders['*'];
  return row?.detailTypes.includes(detailType) ?? false;
}
