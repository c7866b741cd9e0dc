/**
 * Returns the upper tail of the standard normal distribution, P(Z > z), with a relative error below 2e-7 for any z.
 * Rational Chebyshev fit of erfc, as in Press et al., Numerical Recipes, section "Incomplete Gamma Function".
 */
export function normalTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * x);
  const fit = erfcFit.reduceRight((sum, coefficient) => coefficient + t * sum, 0);
  const tail = 0.5 * t * Math.exp(-x * x + fit);
  return z >= 0 ? tail : 1 - tail;
}

const erfcFit = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
];
