/** A token bucket on the clock. It holds `perSecond` tokens and gains as many each second. */
export class RateLimit {
  private readonly perSecond: number;
  private tokens: number;
  private updatedMillis: number;

  constructor(perSecond: number, nowMillis: number) {
    this.perSecond = perSecond;
    this.tokens = perSecond;
    this.updatedMillis = nowMillis;
  }

  /** Takes a token, or returns false if none is left. */
  take(nowMillis: number): boolean {
    const gained = ((nowMillis - this.updatedMillis) / 1000) * this.perSecond;
    this.tokens = Math.min(this.perSecond, this.tokens + gained);
    this.updatedMillis = nowMillis;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
