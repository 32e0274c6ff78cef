import { describe, expect, it } from 'vitest';
import { createDynamoRefusalGauge } from '../../../functions/shared/aws/dynamo-refusal-gauge.ts';
import { areTooMany, type RefusalGauge } from '../../../functions/shared/domain/refusal-gauge.ts';
import { createMemoryRefusalGauge } from '../../support/memory-refusal-gauge.ts';
import { createStringKeyTable } from '../../support/string-key-table.ts';
import { startDynalite } from '../../support/users-table.ts';

describe('areTooMany()', () => {
  it('believes twenty, however few mailboxes there are', () => {
    expect(areTooMany({ current: 20, previous: 0 }, 0)).toBe(false);
    expect(areTooMany({ current: 21, previous: 0 }, 0)).toBe(true);
  });

  it('believes one in twenty of many mailboxes', () => {
    expect(areTooMany({ current: 5000, previous: 0 }, 100_000)).toBe(false);
    expect(areTooMany({ current: 5001, previous: 0 }, 100_000)).toBe(true);
  });

  it('does not start from nothing with each quarter of an hour', () => {
    expect(areTooMany({ current: 1, previous: 21 }, 0)).toBe(true);
  });
});

const client = await startDynalite();
const tableName = await createStringKeyTable(client, 'job');
let rows = 0;

describe.each<[string, () => RefusalGauge]>([
  ['memory', createMemoryRefusalGauge],
  ['dynalite', () => createDynamoRefusalGauge({ client, tableName }, `refusals ${(rows += 1)}`)],
])('a gauge of refusals, in %s', (_, start) => {
  const at = (time: string) => new Date(`2026-11-22T${time}Z`);

  it('counts those of a quarter of an hour, and has those of the quarter before', async () => {
    const gauge = start();
    expect(await gauge.count(at('10:00:00'))).toEqual({ current: 1, previous: 0 });
    expect(await gauge.count(at('10:14:59'))).toEqual({ current: 2, previous: 0 });
    expect(await gauge.count(at('10:15:00'))).toEqual({ current: 1, previous: 2 });
    expect(await gauge.count(at('10:16:00'))).toEqual({ current: 2, previous: 2 });
  });

  it('forgets what is longer ago', async () => {
    const gauge = start();
    await gauge.count(at('10:00:00'));
    expect(await gauge.count(at('10:30:00'))).toEqual({ current: 1, previous: 0 });
  });

  it('counts each of those that come together', async () => {
    const gauge = start();
    const counted = await Promise.all(Array.from({ length: 5 }, () => gauge.count(at('11:00:00'))));
    expect(new Set(counted.map(({ current }) => current))).toEqual(new Set([1, 2, 3, 4, 5]));
  });
});
