import { type LimitParameters, limitParameters } from './parameters.ts';
import { SortedWindow } from './sorted-window.ts';
import { WeightedPredictions } from './weighted-predictions.ts';

const daySeconds = 86_400;
const seasonDays = { day: 1, week: 7 } as const;
export type Season = keyof typeof seasonDays;

/** What is expected of a load, in units of capacity, from the time on at which capacity decided now serves. */
export interface ExpectedLoad {
  /** The load that recent load makes expect. */
  expected: number;
  /** What is kept above it, from how wrong it was in the last day. */
  headroom: number;
  /** The mean load of the last minutes. */
  latest: number;
  /** The load of the same time in earlier days and weeks, as far as it was reliable; 0 without one. */
  floor: number;
}

/** The time between the observation and the capacity it decides on. */
export interface ForecastTiming {
  intervalSeconds: number;
  startUpSeconds: number;
  seasons: readonly Season[];
}

interface Prediction {
  recent: (number | undefined)[];
  seasonal: (number | undefined)[];
  season: number | undefined;
  expected: number;
  isAfterExcess: boolean;
}

/**
 * Learns a load interval by interval, and says what to expect of it. Residuals are relative to the square root of the
 * load, because the noise of many independent requests grows like that: a quiet night then says something about a day.
 */
export class LoadForecast {
  readonly #parameters: LimitParameters;
  readonly #timing: ForecastTiming;
  readonly #loads: (number | null)[] = [];
  readonly #averages: number[] = [];
  readonly #predictions: (Prediction | undefined)[] = [];
  readonly #recent: WeightedPredictions;
  readonly #seasonal: WeightedPredictions;
  readonly #calmResiduals: SortedWindow;
  readonly #excessResiduals: SortedWindow;
  readonly #seasonResiduals: SortedWindow;
  #known = 0;
  #last: number | undefined;
  #lastExcess = Number.NEGATIVE_INFINITY;

  constructor(timing: ForecastTiming, parameters: LimitParameters = limitParameters) {
    this.#timing = timing;
    this.#parameters = parameters;
    const decay = Math.exp(-timing.intervalSeconds / parameters.errorMemorySeconds);
    this.#recent = new WeightedPredictions(decay, parameters.errorExponent);
    this.#seasonal = new WeightedPredictions(decay, parameters.errorExponent);
    const size = Math.max(24, Math.round(parameters.residualMemorySeconds / timing.intervalSeconds));
    this.#calmResiduals = new SortedWindow(size);
    this.#excessResiduals = new SortedWindow(parameters.excessResiduals);
    this.#seasonResiduals = new SortedWindow(size);
  }

  /** Takes the load of the next interval, or null if its point is missing, and returns what to expect now. */
  observe(load: number | null): ExpectedLoad | undefined {
    this.#loads.push(load);
    if (load === null) {
      this.#predictions.push(undefined);
      return undefined;
    }
    this.#learn(load);
    const { momentum, residualsMin, floorShare } = this.#parameters;
    this.#average(load);
    const recent = [...this.#averages, Math.max(0, load + momentum * (load - (this.#last ?? load)))];
    const seasonal = this.#seasonalPredictions(load);
    const expected = this.#recent.mean(recent) ?? load;
    const season = this.#seasonal.mean(seasonal);
    const floor =
      season === undefined || this.#seasonResiduals.length < residualsMin
        ? 0
        : Math.max(0, season + this.#seasonResiduals.quantile(floorShare) * noiseOf(season));
    const isAfterExcess = this.#isAfterExcess();
    const headroom = this.#headroom(expected, load, isAfterExcess);
    this.#predictions.push({
      ...{ recent, seasonal, season, isAfterExcess },
      expected: Math.max(expected, floor),
    });
    this.#last = load;
    const latestCount = Math.max(
      1,
      Math.floor(this.#parameters.latestSeconds / this.#timing.intervalSeconds),
    );
    const latest = this.#meanOf(this.#loads.length - latestCount, this.#loads.length - 1) ?? load;
    return { expected, headroom, latest, floor };
  }

  /** Compares the load with what was predicted for it: averages one interval before, the others when it was decided. */
  #learn(load: number): void {
    const now = this.#loads.length - 1;
    this.#recent.score(this.#predictions[now - 1]?.recent ?? [], load);
    const prediction = this.#predictions[now - this.#lead];
    if (prediction === undefined) return;
    const { seasonal, season, expected, isAfterExcess } = prediction;
    this.#seasonal.score(seasonal, load);
    if (season !== undefined) this.#seasonResiduals.push((load - season) / noiseOf(season));
    const { residualsMin, servedShare } = this.#parameters;
    const residual = (load - expected) / noiseOf(expected);
    const calm = this.#calmResiduals;
    if (calm.length >= residualsMin && residual > calm.quantile(servedShare)) this.#lastExcess = now;
    (isAfterExcess ? this.#excessResiduals : calm).push(residual);
  }

  /** Whether the load came above its headroom lately. Large errors come in clusters. */
  #isAfterExcess(): boolean {
    const intervals = this.#loads.length - 1 - this.#lastExcess;
    return intervals * this.#timing.intervalSeconds <= this.#parameters.excessSeconds;
  }

  #headroom(expected: number, load: number, isAfterExcess: boolean): number {
    const { residualsMin, firstHeadroom, servedShare } = this.#parameters;
    const known = [this.#calmResiduals, ...(isAfterExcess ? [this.#excessResiduals] : [])].filter(
      (residuals) => residuals.length >= residualsMin,
    );
    if (known.length === 0) return Math.max(expected, load) / (1 - firstHeadroom) - expected;
    // Never less than in calm times: more load must not mean less capacity.
    return Math.max(...known.map((residuals) => residuals.quantile(servedShare))) * noiseOf(expected);
  }

  /** Intervals from an observation to the first one that a decision on it affects. */
  get #lead(): number {
    return 1 + Math.round(this.#timing.startUpSeconds / this.#timing.intervalSeconds);
  }

  #average(load: number): void {
    const { intervalSeconds } = this.#timing;
    this.#known += 1;
    for (const [index, seconds] of this.#parameters.averageSeconds.entries()) {
      const part = seconds === 0 ? 1 : Math.max(1 - Math.exp(-intervalSeconds / seconds), 1 / this.#known);
      const before = this.#averages[index] ?? load;
      this.#averages[index] = before + (load - before) * part;
    }
  }

  /** The load of the same time in each season, and the load of now changed as it changed then. */
  #seasonalPredictions(load: number): (number | undefined)[] {
    const now = this.#loads.length - 1;
    return this.#timing.seasons.flatMap((season) => {
      const ago = Math.round((seasonDays[season] * daySeconds) / this.#timing.intervalSeconds);
      const then = this.#around(now - ago + this.#lead);
      const before = this.#around(now - ago);
      if (then === undefined || before === undefined) return [then, undefined];
      // A ratio of small loads says little.
      const growth = Math.min(2, Math.max(0.5, (then + 0.3) / (before + 0.3)));
      return [then, (this.#around(now) ?? load) * growth];
    });
  }

  #around(index: number): number | undefined {
    if (index < 0) return undefined;
    const reach = Math.floor(this.#parameters.seasonWindowSeconds / this.#timing.intervalSeconds);
    return this.#meanOf(index - reach, index + reach);
  }

  #meanOf(from: number, to: number): number | undefined {
    let [count, sum] = [0, 0];
    for (let index = Math.max(0, from); index <= Math.min(to, this.#loads.length - 1); index += 1) {
      const load = this.#loads[index];
      if (load === null || load === undefined) continue;
      count += 1;
      sum += load;
    }
    return count === 0 ? undefined : sum / count;
  }
}

/** The size of noise at a load, up to a factor. A little more, so that a load of 0 is not certain. */
function noiseOf(load: number): number {
  return Math.sqrt(Math.max(0, load) + 0.3);
}
