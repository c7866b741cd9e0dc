/** The form of one-time schedules. AWS has no zone in it: the schedule's zone applies. */
export const oneTimeFormat = '2027-03-31T18:00:00';

const forms = {
  // Minutes, hours, day of month, month, day of week, year. Their values are read where the schedule is evaluated.
  cron: /^(?:[0-9A-Za-z*?,/#L-]+ ){5}[0-9*,/-]+$/,
  at: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/,
  rate: /^(?:1 (?:minute|hour|day)|(?:[2-9]|[1-9]\d{1,5}) (?:minutes|hours|days))$/,
} as const;

/** Tells whether a text has the form of a time of AWS's schedules. `rate` has a singular unit for 1 only, as there. */
export function isScheduleTime(kind: keyof typeof forms, text: string): boolean {
  return forms[kind].test(text);
}
