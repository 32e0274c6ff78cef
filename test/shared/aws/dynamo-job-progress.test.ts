/** The contract of `JobProgress`, held by the memory store and by the DynamoDB store. */
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { createDynamoJobProgress } from '../../../functions/shared/aws/dynamo-job-progress.ts';
import type { JobProgress } from '../../../functions/shared/domain/job-progress.ts';
import { createMemoryJobProgress } from '../../support/memory-job-progress.ts';
import { writeTwice } from '../../support/module-tokens-table.ts';
import { createStringKeyTable } from '../../support/string-key-table.ts';
import { startDynalite } from '../../support/users-table.ts';

const client = await startDynalite();
const tableName = await createStringKeyTable(client, 'job');
const state = v.object({ minute: v.number() });

function describeJobProgress(name: string, progress: JobProgress<{ minute: number }>): void {
  describe(`the progress of jobs, in ${name}`, () => {
    it('is what the last run wrote', async () => {
      expect(await progress.read('sync')).toBeUndefined();
      expect(await progress.write('sync', { minute: 1 }, undefined)).toBe(true);
      expect(await progress.read('sync')).toEqual({ state: { minute: 1 }, version: 1 });
      expect(await progress.write('sync', { minute: 2 }, 1)).toBe(true);
      expect(await progress.read('sync')).toMatchObject({ state: { minute: 2 } });
      expect(await progress.read('another')).toBeUndefined();
    });

    it('is written by one of two runs that read the same', async () => {
      expect(await progress.write('twice', { minute: 1 }, undefined)).toBe(true);
      expect(await progress.write('twice', { minute: 2 }, undefined)).toBe(false);
      expect(await progress.write('twice', { minute: 3 }, 1)).toBe(true);
      expect(await progress.write('twice', { minute: 4 }, 1)).toBe(false);
      expect(await progress.read('twice')).toMatchObject({ state: { minute: 3 } });
    });
  });
}

describeJobProgress('memory', createMemoryJobProgress());
describeJobProgress('dynalite', createDynamoJobProgress({ client, tableName }, state));

describe('createDynamoJobProgress()', () => {
  it('takes a write that the SDK repeats for its own', async () => {
    const undo = writeTwice(client);
    try {
      const progress = createDynamoJobProgress({ client, tableName }, state);
      expect(await progress.write('repeated', { minute: 1 }, undefined)).toBe(true);
      expect(await progress.write('repeated', { minute: 2 }, 1)).toBe(true);
    } finally {
      undo();
    }
  });
});
