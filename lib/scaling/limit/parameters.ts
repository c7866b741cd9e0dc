/**
 * The default policy for a metric of kind `limit`, whose value says how much load one unit of capacity serves at most.
 * The same for every load: what differs between loads is measured.
 */
export interface LimitParameters {
  /** Averages of the recent load that predict the next one, by their time constants; 0 is the latest load. */
  averageSeconds: readonly number[];
  /** The share of the last change that one more prediction adds to the latest load: loads have some momentum. */
  momentum: number;
  /** For how long the errors of predictions count. Half a day: a night says little about a day. */
  errorMemorySeconds: number;
  /** Predictions are weighted by their mean absolute error to the minus this. Higher follows the best one. */
  errorExponent: number;
  /** For how long residuals count, from which the headroom is taken: a day, which has all of its hours once. */
  residualMemorySeconds: number;
  /**
   * The share of earlier intervals in which the headroom would have been enough. If load that is not served costs ten
   * times as much as a unit that runs, one more unit pays as long as it is needed more often than one time in ten.
   */
  servedShare: number;
  /**
   * For how long after load above its headroom the residuals of such times count: large errors come in clusters, and calm
   * times need not pay for them. As long as a need is remembered.
   */
  excessSeconds: number;
  /** Residuals of such times that count. They are rare, so that they are counted and may be older than a day. */
  excessResiduals: number;
  /** Headroom while there are too few residuals, as a share of the capacity. */
  firstHeadroom: number;
  /** Residuals from which a quantile is taken. */
  residualsMin: number;
  /** Never below the mean load of this time, whatever the predictions say: what happens now is not noise. */
  latestSeconds: number;
  /** A need is remembered for this time before capacity goes. Most dips are shorter. */
  memorySeconds: number;
  /** Capacity goes only by at least this share of it: smaller steps save less than they disturb. */
  smallestStep: number;
  /** Predictions from earlier days and weeks take the mean around the time. */
  seasonWindowSeconds: number;
  /** The forecast raises the floor to a load that was exceeded in this share of earlier intervals. */
  floorShare: number;
}

export const limitParameters: LimitParameters = {
  averageSeconds: [0, 1200, 3600, 14_400, 43_200],
  momentum: 0.5,
  errorMemorySeconds: 43_200,
  errorExponent: 8,
  residualMemorySeconds: 86_400,
  servedShare: 0.9,
  excessSeconds: 600,
  excessResiduals: 144,
  firstHeadroom: 0.2,
  residualsMin: 12,
  latestSeconds: 300,
  memorySeconds: 600,
  smallestStep: 0.2,
  seasonWindowSeconds: 900,
  floorShare: 1 / 3,
};
