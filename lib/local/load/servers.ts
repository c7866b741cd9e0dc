/**
 * Equal servers behind one queue: utilization, latency, backlog and what is dropped. Latency grows as in an M/M/1 queue
 * until the servers are full, and by the time to work the backlog off from then on.
 */
export interface Servers {
  load: number;
  perUnit: number;
  serving: number;
  backlog: number;
  /** Latency of a server without other work, in seconds. */
  baseSeconds: number;
  /** How much work may wait, in seconds of full capacity. More is dropped. */
  queueSeconds: number;
}

export interface ServersResult {
  /** Of what the servers could do, from 0 to 1. */
  utilization: number;
  latencySeconds: number;
  /** In the minute. */
  served: number;
  dropped: number;
  backlog: number;
}

const SECONDS = 60;
/** Above this, the queue says more about latency than utilization does. */
const BUSIEST = 0.95;

export function serversMinute({
  load,
  perUnit,
  serving,
  backlog,
  baseSeconds,
  queueSeconds,
}: Servers): ServersResult {
  const possible = serving * perUnit * SECONDS;
  const demanded = load * SECONDS + backlog;
  const served = Math.min(possible, demanded);
  const left = Math.min(demanded - served, serving * perUnit * queueSeconds);
  const utilization = possible === 0 ? 0 : served / possible;
  const waiting = possible === 0 ? 0 : left / (serving * perUnit);
  const latencySeconds = baseSeconds / (1 - Math.min(utilization, BUSIEST)) + waiting;
  return { utilization, latencySeconds, served, dropped: demanded - served - left, backlog: left };
}
