/** `npm run synth`: what it says when it is asked for something that cannot be. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

function synth(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../../bin/synth.ts'), ...args],
    {
      encoding: 'utf8',
    },
  );
  return { status, stdout, stderr: stderr.trimEnd() };
}

describe('npm run synth', () => {
  it.each([
    [['-c', 'stage'], 'npm run synth -- -c stage=<stage> [-c name=value]: "stage" is not name=value'],
    [['--stage', 'dev'], "npm run synth -- -c stage=<stage> [-c name=value]: Unknown option '--stage'"],
  ])('explains itself when given %j', (args, message) => {
    expect(synth(...args)).toEqual({ status: 1, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('names the stages when there is no such stage', () => {
    expect(synth('-c', 'stage=staging')).toEqual({
      status: 1,
      stdout: '',
      stderr: 'There is no stage "staging". Stages: local, dev, prod.',
    });
  });

  it('names the setting that is wrong', () => {
    const { status, stderr } = synth('-c', 'stage=prod', '-c', 'publicUrl=http://localhost:3000');
    expect(status).toBe(1);
    expect(stderr.split('\n')).toEqual([
      'Stage prod cannot be built. Correct it in lib/stages.ts or with -c:',
      '  publicUrl must start with https:// in prod',
    ]);
  });
});
