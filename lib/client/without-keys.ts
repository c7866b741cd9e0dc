/** Matches the attributes of the table and index keys. */
const isKey = (name: string): boolean => /^(pk|sk|openPk|openSk|gsi\d(pk|sk))$/.test(name);

/** Returns a record without the keys of its table item. */
export function withoutKeys<T extends object>(item: T): T {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !isKey(name))) as T;
}
