/** What happened to alarms: DescribeAlarmHistory. CloudWatch keeps it for 30 days. */
import type { JsonObject } from '../../../model/json.ts';
import { optionalNumber, timeOf } from '../input.ts';

interface Item {
  name: string;
  atMillis: number;
  type: 'ConfigurationUpdate' | 'StateUpdate';
  summary: string;
  data: JsonObject;
}

const ITEMS_KEPT = 2000;
const PAGE_MAX = 100;

export class AlarmHistory {
  private readonly items: Item[] = [];

  add(item: Item): void {
    this.items.push(item);
    if (this.items.length > ITEMS_KEPT * 2) this.items.splice(0, ITEMS_KEPT);
  }

  /** Source: CloudWatch API Reference, "DescribeAlarmHistory": newest first unless the call asks otherwise. */
  describe(input: JsonObject, typeOf: (name: string) => string): JsonObject {
    const from = input.StartDate === undefined ? 0 : timeOf(input.StartDate, 'StartDate');
    const until = input.EndDate === undefined ? Number.POSITIVE_INFINITY : timeOf(input.EndDate, 'EndDate');
    const found = this.items
      .filter(({ name }) => input.AlarmName === undefined || name === input.AlarmName)
      .filter(({ type }) => input.HistoryItemType === undefined || type === input.HistoryItemType)
      .filter(({ atMillis }) => atMillis >= from && atMillis <= until);
    if (input.ScanBy !== 'TimestampAscending') found.reverse();
    const start = Number(input.NextToken ?? 0);
    const end = start + Math.min(optionalNumber(input, 'MaxRecords') ?? PAGE_MAX, PAGE_MAX);
    const AlarmHistoryItems = found.slice(start, end).map(({ name, atMillis, type, summary, data }) => ({
      ...{ AlarmName: name, AlarmType: typeOf(name), Timestamp: atMillis / 1000, HistoryItemType: type },
      ...{ HistorySummary: summary, HistoryData: JSON.stringify(data) },
    }));
    return { AlarmHistoryItems, ...(end < found.length ? { NextToken: String(end) } : {}) };
  }
}
