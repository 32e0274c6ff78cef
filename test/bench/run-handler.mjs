/**
 * A process that is one function instance without a runtime around it: loads a bundle, handles the events of a file in their
 * order, says `first` after the first one, and tells at the end what the others cost. Started by functions.ts.
 *
 * Node's modules come through `process.getBuiltinModule`, so that what is measured is the function's own loading.
 */
const { readFileSync } = process.getBuiltinModule('node:fs');
const { join } = process.getBuiltinModule('node:path');

const { handler } = await import(join(process.env.LAMBDA_TASK_ROOT, 'index.mjs'));
const [first, ...others] = JSON.parse(readFileSync(process.env.BENCH_EVENTS, 'utf8'));

// The functions log on standard output; the parent reads file descriptor 3.
const { writeSync } = process.getBuiltinModule('node:fs');
const statuses = [(await handler(first)).statusCode];
writeSync(3, 'first\n');

const before = process.cpuUsage();
for (const event of others) statuses.push((await handler(event)).statusCode);
const { user, system } = process.cpuUsage(before);
writeSync(
  3,
  JSON.stringify({
    statuses,
    warmCpuMicroseconds: others.length === 0 ? undefined : (user + system) / others.length,
    peakMebibytes: process.resourceUsage().maxRSS / 1024,
  }),
);
process.exit();
