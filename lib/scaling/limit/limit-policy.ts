import { type ExpectedLoad, type ForecastTiming, LoadForecast } from './load-forecast.ts';
import { type LimitParameters, limitParameters } from './parameters.ts';

/** What the default policy asks for. */
export interface LimitProposal {
  /** The capacity that recent load needs, or null if the load is not known: then nothing is to change. */
  capacity: number | null;
  /** The floor of the forecast: at least so much, whatever the recent load. It never lowers anything. */
  floor: number;
  /** What it was made from, in units of capacity. */
  load?: ExpectedLoad;
}

/**
 * The default policy: capacity for the load that is expected and its headroom, never less than the mean of the last
 * minutes. A need is remembered for some time, and capacity goes only in steps that are worth it.
 */
export class LimitPolicy {
  readonly #forecast: LoadForecast;
  readonly #parameters: LimitParameters;
  readonly #remembered: number;
  readonly #needs: { need: number; floor: number }[] = [];

  constructor(timing: ForecastTiming, parameters: LimitParameters = limitParameters) {
    this.#parameters = parameters;
    this.#forecast = new LoadForecast(timing, parameters);
    this.#remembered = Math.floor(parameters.memorySeconds / timing.intervalSeconds);
  }

  /**
   * Takes the load of the next interval and returns the capacity to have now.
   *
   * @param load in units of capacity, or null if its point is missing
   */
  observe(load: number | null, current: number): LimitProposal {
    const expected = this.#forecast.observe(load);
    if (expected === undefined) return { capacity: null, floor: 0 };
    const { floor } = expected;
    const need = Math.max(expected.expected + expected.headroom, expected.latest);
    this.#needs.push({ need, floor });
    if (this.#needs.length > this.#remembered + 1) this.#needs.shift();
    return {
      capacity: this.#held(need, Math.max(...this.#needs.map((one) => one.need)), current),
      floor: this.#held(floor, Math.max(...this.#needs.map((one) => one.floor)), current),
      load: expected,
    };
  }

  /** Up at once, down to what was needed lately and only by a step that is worth it. */
  #held(now: number, lately: number, current: number): number {
    if (whole(now) > current) return whole(now);
    const step = Math.max(1, Math.ceil(this.#parameters.smallestStep * current));
    return whole(lately) <= current - step ? whole(lately) : current;
  }
}

/** A whole number of units that carries a load. Rounding errors must not add one. */
function whole(load: number): number {
  return Math.max(0, Math.ceil(load - 1e-9));
}
