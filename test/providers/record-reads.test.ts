import { expect, test } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { ProviderBusy } from '../../lib/providers/provider.ts';
import { RecordReads } from '../../lib/providers/record-reads.ts';

const record = (index: number): JsonObject => ({
  Name: `h${index}.example.com.`,
  Type: 'A',
  TTL: String(index),
});
const wanted = (index: number) => ({ name: `h${index}.example.com`, type: 'A' });

/** Reads on zones with these records, `pageSize` on a page, and the calls that they made. */
function onZones(zones: Record<string, JsonObject[]>, pageSize = 300) {
  const calls: string[] = [];
  const reads = new RecordReads({
    allRecords: async (_region, zone, pagesMax) => {
      const records = zones[zone];
      const pages = Math.min(Math.ceil((records?.length ?? 0) / pageSize), pagesMax);
      for (let page = 0; page < pages; page += 1) calls.push(`page of ${zone}`);
      return records !== undefined && records.length <= pageSize * pagesMax ? records : undefined;
    },
    records: async (_region, zone, only) => {
      calls.push(`${only.name} in ${zone}`);
      return zones[zone]?.filter(({ Name }) => Name === `${only.name}.`);
    },
  });
  const all = (zone: string, indexes: number[]) =>
    Promise.all(indexes.map((index) => reads.read('us-east-1', zone, wanted(index))));
  return { all, calls, reads };
}

const forty = Array.from({ length: 40 }, (_, index) => index);

test('forty records that are read at once need one page', async () => {
  const { all, calls } = onZones({ Z1: forty.map(record) });
  expect(await all('Z1', forty)).toEqual(forty.map((index) => [record(index)]));
  expect(calls).toEqual(['page of Z1']);
});

test('one record is read by its name, and what is absent is absent', async () => {
  const { all, calls } = onZones({ Z1: [record(1)] });
  expect(await all('Z1', [1])).toEqual([[record(1)]]);
  expect(await all('Z1', [2])).toEqual([[]]);
  expect(await all('Z1', [1, 2])).toEqual([[record(1)], []]);
  expect(calls).toEqual(['h1.example.com in Z1', 'h2.example.com in Z1', 'page of Z1']);
});

test('a part of a listing concludes nothing: a large zone is read by name', async () => {
  const { all, calls } = onZones({ Z1: forty.map(record) }, 5);
  expect(await all('Z1', [0, 39, 99])).toEqual([[record(0)], [record(39)], []]);
  expect(calls).toEqual(['page of Z1', ...[0, 39, 99].map((index) => `h${index}.example.com in Z1`)]);
});

test('each zone has a listing of its own, and a missing one has no records', async () => {
  const { all } = onZones({ Z1: [record(1)], Z2: [] });
  expect(await Promise.all([all('Z1', [1, 2]), all('Z2', [1, 2]), all('Z3', [1, 2])])).toEqual([
    [[record(1)], []],
    [[], []],
    [undefined, undefined],
  ]);
});

test('an error of the listing is that of every read, and the next ones read again', async () => {
  let busy = true;
  const reads = new RecordReads({
    allRecords: async () => {
      if (busy) throw new ProviderBusy('Throttling');
      return [record(1)];
    },
    records: async () => [],
  });
  const both = () => [1, 2].map((index) => reads.read('us-east-1', 'Z1', wanted(index)));
  expect((await Promise.allSettled(both())).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  busy = false;
  expect(await Promise.all(both())).toEqual([[record(1)], []]);
});
