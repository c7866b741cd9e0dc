/** The latest values, at most so many, in order of size. */
export class SortedWindow {
  readonly #size: number;
  readonly #sorted: number[] = [];
  readonly #queue: number[] = [];
  #first = 0;

  constructor(size: number) {
    this.#size = size;
  }

  get length(): number {
    return this.#sorted.length;
  }

  push(value: number): void {
    this.#queue.push(value);
    this.#sorted.splice(this.#rank(value), 0, value);
    if (this.#sorted.length <= this.#size) return;
    const oldest = this.#queue[this.#first] ?? 0;
    this.#first += 1;
    this.#sorted.splice(this.#rank(oldest), 1);
    if (this.#first > this.#size) this.#queue.splice(0, this.#first);
    if (this.#first > this.#size) this.#first = 0;
  }

  /** Returns the value that a share of the others does not exceed, interpolated. 0 if there are no values. */
  quantile(share: number): number {
    const place = share * (this.#sorted.length - 1);
    const below = this.#sorted[Math.floor(place)] ?? 0;
    const above = this.#sorted[Math.floor(place) + 1] ?? below;
    return below + (place - Math.floor(place)) * (above - below);
  }

  /** Returns the number of smaller values. */
  #rank(value: number): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
