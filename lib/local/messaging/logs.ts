/** Log groups in memory: the last lines of each, to show what a function printed. */
export interface LogEvent {
  stream: string;
  timestampMillis: number;
  message: string;
}

const EVENTS_KEPT = 2000;

export class LogStore {
  private readonly groups = new Map<string, LogEvent[]>();
  /** Called with each line. */
  onLine: (timestampMillis: number, message: string) => void = () => {};

  /** A group of the template: it is there before anything is logged. */
  add(group: string): void {
    if (!this.groups.has(group)) this.groups.set(group, []);
  }

  append(group: string, stream: string, timestampMillis: number, message: string): void {
    const events = this.groups.get(group) ?? [];
    this.groups.set(group, events);
    events.push({ stream, timestampMillis, message });
    this.onLine(timestampMillis, message);
    if (events.length > EVENTS_KEPT * 2) events.splice(0, EVENTS_KEPT);
  }

  /** Returns events, oldest first. At least the last 2,000 are kept. */
  events(group: string): readonly LogEvent[] {
    return this.groups.get(group) ?? [];
  }

  groupNames(): string[] {
    return [...this.groups.keys()];
  }
}
