/** Several predictions of the same load, weighted by how well each one predicted so far. */
export class WeightedPredictions {
  readonly #decay: number;
  readonly #exponent: number;
  readonly #errors: (number | undefined)[] = [];

  /** @param decay what an error still counts one interval later */
  constructor(decay: number, exponent: number) {
    this.#decay = decay;
    this.#exponent = exponent;
  }

  /** Notes how far each prediction was from the load. Predictions that there were not are undefined. */
  score(predictions: readonly (number | undefined)[], load: number): void {
    for (const [index, prediction] of predictions.entries()) {
      if (prediction === undefined) continue;
      // Not squared: one spike that nothing foresees must not decide which prediction counts.
      const distance = Math.abs(load - prediction);
      const before = this.#errors[index];
      this.#errors[index] =
        before === undefined ? distance : before * this.#decay + distance * (1 - this.#decay);
    }
  }

  /** Returns the weighted mean, or undefined without any prediction. */
  mean(predictions: readonly (number | undefined)[]): number | undefined {
    let [weights, sum] = [0, 0];
    for (const [index, prediction] of predictions.entries()) {
      if (prediction === undefined) continue;
      const error = this.#errors[index];
      // One that was never scored counts only if there is no other.
      const weight = error === undefined ? 1e-9 : (error + 1e-3) ** -this.#exponent;
      weights += weight;
      sum += weight * prediction;
    }
    return weights === 0 ? undefined : sum / weights;
  }
}
