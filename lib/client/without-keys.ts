/** What the tables keep beside a record: its keys and those of its indexes. */
const isKey = (name: string): boolean => /^(pk|sk|openPk|openSk|gsi\d(pk|sk))$/.test(name);

/** A record as it was written, without the keys of its item. */
export function withoutKeys<T extends object>(item: T): T {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !isKey(name))) as T;
}
