/** The guides in docs/: what they name is there, and what an operator may meet is in them. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import { describe, expect, it, onTestFinished } from 'vitest';
import { englishErrorTexts } from '../../functions/shared/pages/error-texts-en.ts';
import { overridableSettings } from '../../lib/stages.ts';
import { announce } from '../../lib/local/state-folder.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { password } from '../support/cookie-passwords.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { codeBlocks, inlineCode, tableRows } from '../support/readme.ts';
import { openSeal, sealOf } from '../support/session-seals.ts';
import { UserAgent } from '../support/user-agent.ts';
import { newFolder } from './local-lambda-fixture.ts';
import { functionsOf, resourcesOf, synthesize } from './templates.ts';

const project = join(import.meta.dirname, '../..');
const docs = new Map(
  globSync('docs/**/*.md', { cwd: project }).map((path) => [path, readFileSync(join(project, path), 'utf8')]),
);
const deploy = docs.get('docs/deploy.md') ?? '';
const troubleshooting = docs.get('docs/troubleshooting.md') ?? '';
const guides = `${deploy}\n${troubleshooting}`;

const sources = globSync('functions/**/*.ts', { cwd: project }).map((path) =>
  readFileSync(join(project, path), 'utf8'),
);

function section(markdown: string, heading: string): string {
  const found = markdown.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (found === undefined) throw new Error(`there is no section "${heading}"`);
  return found;
}

/** Levels by event, as the functions write them. */
function logEvents(): Map<string, Set<string>> {
  const events = new Map<string, Set<string>>();
  const add = (event: string, ...levels: string[]) =>
    events.set(event, new Set([...(events.get(event) ?? []), ...levels]));
  for (const source of sources) {
    for (const [, level = '', event = ''] of source.matchAll(/\blog\.(info|warn|error)\(\s*'([\w.]+)'/g))
      add(event, level);
    for (const [, event = ''] of source.matchAll(/\blogFailure\(\s*[\w.]+,\s*'([\w.]+)'/g)) add(event, 'warn', 'error');
  }
  return events;
}

describe('links in docs', () => {
  /** As GitHub makes it of a heading. */
  const anchorOf = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
  const anchorsOf = (markdown: string) =>
    [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading));

  it.each([...docs])('of %s lead to files and headings that are there', (path, markdown) => {
    const targets = [...markdown.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
    const broken = targets.filter(([, file, anchor]) => {
      const target = file ? join(dirname(path), file) : path;
      if (!existsSync(join(project, target))) return true;
      return anchor !== undefined && !anchorsOf(readFileSync(join(project, target), 'utf8')).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it('to others are to their own pages, by https', () => {
    const hosts = [...guides.matchAll(/\]\((https?:\/\/[^/)]+)/g)].map(([, origin = '']) => origin);
    expect(new Set(hosts)).toEqual(
      new Set([
        'https://aws.amazon.com',
        'https://console.cloud.google.com',
        'https://dashboard.workos.com',
        'https://developers.google.com',
        'https://docs.aws.amazon.com',
        'https://docs.github.com',
        'https://support.google.com',
        'https://workos.com',
      ]),
    );
  });
});

describe('log lines in the guides', () => {
  const Line = v.strictObject({
    level: v.picklist(['info', 'warn', 'error']),
    event: v.string(),
    code: v.optional(v.string()),
    error: v.optional(v.strictObject({ message: v.optional(v.string()), code: v.optional(v.string()) })),
    ...Object.fromEntries(['reason', 'name', 'route'].map((name) => [name, v.optional(v.string())])),
    status: v.optional(v.number()),
  });
  const lines = inlineCode(guides)
    .filter((code) => code.startsWith('{"level"'))
    .map((code) => v.parse(Line, JSON.parse(code)));

  it('are such as the functions write: event, level, code and message', () => {
    const events = logEvents();
    const codes = Object.keys(englishErrorTexts);
    const isWritten = ({ event, level, code, error }: (typeof lines)[number]) =>
      events.get(event)?.has(level) === true &&
      (code === undefined || codes.includes(code)) &&
      sources.some((source) => source.includes(error?.message ?? ''));
    expect(lines.length).toBeGreaterThan(15);
    expect(lines.filter((line) => !isWritten(line))).toEqual([]);
  });

  it('are each of the warnings and errors that there are', () => {
    const named = new Set(lines.map(({ event }) => event));
    const worrying = [...logEvents()].filter(([, levels]) => !levels.has('info')).map(([event]) => event);
    expect(worrying.filter((event) => !named.has(event))).toEqual([]);
  });

  it('and other names with a dot are events that there are', () => {
    const names = inlineCode(troubleshooting).filter((code) => /^[a-z]+\.[a-z_]+$/.test(code));
    expect(names.filter((name) => !logEvents().has(name))).toEqual([]);
  });
});

describe('the tables at the end of the troubleshooting guide', () => {
  const firstColumn = (heading: string) =>
    tableRows(section(troubleshooting, heading)).flatMap(([cell = '']) => inlineCode(cell));

  it('have every error code, and no other', () => {
    expect(firstColumn('Every error code')).toEqual(Object.keys(englishErrorTexts).toSorted());
  });

  it('have every log event, and no other', () => {
    expect(firstColumn('Every log event').toSorted()).toEqual([...logEvents().keys()].toSorted());
  });

  it('say the level of each event', () => {
    const levels = tableRows(section(troubleshooting, 'Every log event')).map(
      ([cell = '', level = '']) => [inlineCode(cell)[0] ?? '', new Set(level.split(' or '))] as const,
    );
    expect(new Map(levels)).toEqual(logEvents());
  });
});

describe('the guide to deploying', () => {
  const { data, service } = synthesize({ context: { stage: 'prod' } });

  it('names outputs, alarms and secrets of the stacks', () => {
    const outputs = inlineCode(deploy).filter((code) => /^[A-Z]\w+(?:Url|Target)$/.test(code));
    const withDomain = synthesize({
      context: { stage: 'prod', certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/0a1b' },
    });
    expect(Object.keys(withDomain.service.Outputs)).toEqual(expect.arrayContaining(outputs));

    const alarms = Object.keys(resourcesOf(service, 'AWS::CloudWatch::Alarm'));
    const named = tableRows(section(deploy, 'Alarms')).flatMap(([cell = '']) => inlineCode(cell));
    const countOf = (type: string) => Object.keys(resourcesOf(service, type)).length;
    expect(named.map((name) => [name, alarms.filter((id) => id.includes(name.replace(/<\w+>/, ''))).length])).toEqual([
      ['<function>Failing', functionsOf(service).length],
      ['ApiUnavailable', 1],
      ['<function>NotRunning', countOf('AWS::Scheduler::Schedule')],
      ['<queue>GivingUp', countOf('AWS::Lambda::EventSourceMapping')],
    ]);
    expect(countOf('AWS::CloudWatch::Alarm')).toBe(
      alarms.filter((id) => /Failing|Unavailable|NotRunning|GivingUp/.test(id)).length,
    );

    const purposes = [...deploy.matchAll(/gatehouse\/(?:<stage>|prod)\/(\w+)/g)].map(([, purpose]) => purpose);
    const secrets = Object.values(resourcesOf(data, 'AWS::SecretsManager::Secret'));
    expect(new Set(purposes.map((purpose) => `gatehouse/prod/${purpose}`))).toEqual(
      new Set(secrets.map(({ Properties }) => Properties['Name'])),
    );
  });

  it('names settings that there are, and marks those that an option may set', () => {
    const rows = tableRows(section(deploy, '2. Settings'));
    const stages = readFileSync(join(project, 'lib/stages.ts'), 'utf8');
    for (const [cell = ''] of rows) expect(stages).toContain(`\n    ${inlineCode(cell)[0]}:`);
    const marked = rows.filter(([cell]) => cell?.endsWith('\\*')).flatMap(([cell = '']) => inlineCode(cell));
    expect(marked.toSorted()).toEqual(overridableSettings.toSorted());
  });

  it('names commands that there are', () => {
    const named = [...guides.matchAll(/npm run (?:--silent )?(\w+)/g)].map(([, name = '']) => name);
    expect(new Set(named)).toEqual(new Set(['deploy', 'secret']));
    expect(packageJson.scripts).toMatchObject({ deploy: 'node bin/deploy.ts', secret: 'node bin/secret.ts' });
  });
});

describe("the guide's rotation of the cookie password", () => {
  it('signs nobody out, and ends with a password that nobody has seen', { timeout: 60_000 }, async () => {
    const cloud = await startGatehouse();
    onTestFinished(await announce(cloud));
    const { url, aws } = cloud;
    const client = new SecretsManagerClient({
      endpoint: aws.url,
      region: 'us-east-1',
      credentials: { ...aws.operator },
    });
    const held = async () => {
      const get = new GetSecretValueCommand({ SecretId: 'gatehouse/local/cookie' });
      const { SecretString = '' } = await client.send(get);
      const { WORKOS_COOKIE_PASSWORD } = v.parse(
        v.object({ WORKOS_COOKIE_PASSWORD: v.string() }),
        JSON.parse(SecretString),
      );
      return WORKOS_COOKIE_PASSWORD;
    };

    const [, define = '', steps = ''] = /^(cookie_passwords\(\) \{.*?^\})\n(.*)$/ms.exec(rotation()) ?? [];
    const commands = steps.trimEnd().split('\n');
    const shell = await shellWithAws(held, cloud.port);
    const step = async (command: string | undefined) => {
      await shell(`${define.replace('--stage prod', '--stage local')}\n${command}`);
      cloud.killInstances();
    };
    const browser = new UserAgent();
    await browser.signIn(url);
    const isSignedIn = async () => (await browser.send(`${url}/session`)).status === 200;

    expect(commands).toHaveLength(3);
    await step(commands[0]);
    const [old, fresh = ''] = v.parse(v.array(v.string()), JSON.parse(await held()));
    expect(old).toBe(password);
    expect(fresh.length).toBe(64);
    expect(await isSignedIn()).toBe(true);
    await step(commands[1]);
    expect(JSON.parse(await held())).toEqual([fresh, password]);
    expect(await isSignedIn()).toBe(true);
    await browser.signIn(url);
    expect(await openSeal(await sealOf(browser, url), fresh)).toMatchObject({ user: { email: 'alice@example.com' } });
    await step(commands[2]);
    expect(JSON.parse(await held())).toEqual([fresh]);
    expect(await isSignedIn()).toBe(true);
  });
});

function rotation(): string {
  const found = codeBlocks(section(deploy, 'Rotating keys')).find(({ language }) => language === 'sh');
  if (found === undefined) throw new Error('the section "Rotating keys" has no shell commands');
  return found.code;
}

/** A shell in which `aws` gives what the local cloud holds, and `npm run --silent secret` is our command. */
async function shellWithAws(held: () => Promise<string>, port: number): Promise<(script: string) => Promise<void>> {
  const folder = await newFolder();
  const executable = async (name: string, body: string) => {
    await writeFile(join(folder, name), `#!/bin/sh\n${body}\n`);
    await chmod(join(folder, name), 0o755);
  };
  await executable('aws', `cat ${join(folder, 'secret.json')}`);
  await executable('npm', `shift 4\nexec node ${join(project, 'bin/secret.ts')} "$@"`);
  const PATH = [folder, dirname(process.execPath), process.env['PATH']].join(delimiter);
  return async (script) => {
    await writeFile(join(folder, 'secret.json'), JSON.stringify({ WORKOS_COOKIE_PASSWORD: await held() }));
    const child = spawn('bash', ['-c', `set -o pipefail\n${script}`], {
      env: { ...process.env, PATH, PORT: String(port) },
    });
    const closed = once(child, 'close');
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    await closed;
    expect({ code: child.exitCode, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain(password);
  };
}
