/** How the tests run: three files at a time (some of them wait), after one bundle and synth for all. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 3,
    // Files follow one another in three processes: starting one for each takes longer than most of them run, and nothing of
    // theirs outlives a file.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // A second of WebAssembly for each synth in a test; `npm run synth` checks the same templates.
    env: { CDK_VALIDATION: 'false' },
  },
});
