/**
 * Rows that one test adds to Baton's tables. Every function reads its table when it is called, so a row is enough for a
 * new kind of anything. The types know only the built-in names, so that the compiler finds what a built-in row lacks.
 */
export class Rows {
  readonly #removals: (() => void)[] = [];

  /** Adds a row and returns its name, typed as one of the table's. */
  row<Name extends string, Row>(
    table: Readonly<Partial<Record<Name, Row>>>,
    name: string,
    row: NoInfer<Row>,
  ): Name {
    const open = table as Record<string, Row>;
    if (Object.hasOwn(open, name)) throw new Error(`The table has a row ${name} already.`);
    open[name] = row;
    this.#removals.push(() => delete open[name]);
    return name as Name;
  }

  /** Adds an item to a list and returns it, typed as one of the list's. */
  item<Item>(list: readonly Item[], item: unknown): Item {
    const open = list as Item[];
    open.push(item as Item);
    this.#removals.push(() => open.splice(open.indexOf(item as Item), 1));
    return item as Item;
  }

  /** Removes everything that was added: test files share a process. */
  remove(): void {
    for (const remove of this.#removals.splice(0).reverse()) remove();
  }
}
