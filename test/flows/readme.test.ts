/** What README names is there, and what is there to be named is in README. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, inject, it } from 'vitest';
import { readAssembly } from '../../lib/local/assembly.ts';
import { Faults } from '../../lib/local/faults.ts';
import { readHttpApi } from '../../lib/local/gateway/http-api.ts';
import { readStartSettings, realWorkosKeys } from '../../lib/local/start-settings.ts';
import { deployTemplates } from '../../lib/local/template.ts';
import { codeBlocks, inlineCode, readme, readmeSection, tableRows } from '../support/readme.ts';

const project = join(import.meta.dirname, '../..');
const { stacks } = await readAssembly(inject('localAssembly'));
const deployment = deployTemplates(stacks, {
  parameters: {},
  apiEndpoint: 'http://localhost:3000',
  queueUrl: (name) => `http://127.0.0.1:4100/000000000000/${name}`,
});
const onYourMachine = readmeSection('On your machine');

describe("README's endpoints", () => {
  it('are the routes of the API', () => {
    const routes = tableRows(readmeSection('Endpoints')).flatMap(([route = '']) => inlineCode(route));
    expect(routes.toSorted()).toEqual(
      readHttpApi(deployment)
        .routes.map(({ routeKey }) => routeKey)
        .toSorted(),
    );
  });
});

describe("README's commands", () => {
  const Package = v.object({ scripts: v.record(v.string(), v.string()), engines: v.object({ node: v.string() }) });
  const { scripts, engines } = v.parse(Package, JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')));

  it('are scripts of package.json', () => {
    const commands = [...readme.matchAll(/\bnpm (?:run ([\w:]+)|(start|test)\b)/g)];
    const named = new Set(commands.map(([, script, short]) => script ?? short ?? ''));
    expect(named.size).toBeGreaterThan(4);
    expect([...named].filter((name) => !(name in scripts))).toEqual([]);
  });

  it('start the local cloud with variables that it heeds', () => {
    const starts = tableRows(onYourMachine)
      .flatMap(([command = '']) => inlineCode(command))
      .filter((command) => command.endsWith(' npm start'));
    expect(starts).toHaveLength(4);
    for (const command of starts) {
      const assignments = [...command.matchAll(/(\w+)=(\S+) /g)];
      const environment = Object.fromEntries(assignments.map(([, name = '', value = '']) => [name, value]));
      const heeded = { ...readStartSettings(environment), workos: realWorkosKeys(environment) };
      expect(heeded, `with ${command}`).not.toEqual({ ...readStartSettings({}), workos: undefined });
    }
  });

  it('ask for the Node that package.json asks for', () => {
    expect(readme).toContain(`Node ${engines.node.replace('>=', '')} or newer will do`);
  });
});

describe("README's faults", () => {
  const [targets = '', kinds = ''] = ['targets', 'faults'].map(
    (name) => tableRows(onYourMachine).find(([head]) => head === name)?.[1],
  );
  /** Those that are named with their operations; the others are AWS services, which have many. */
  const providers = [...targets.matchAll(/`(\w+)` \(([^)]*)\)/g)].map(([text, provider = '', operations = '']) => ({
    text,
    provider,
    operations: inlineCode(operations),
  }));
  const services = inlineCode(providers.reduce((rest, { text }) => rest.replace(text, ''), targets));

  it('are understood, each of them at each target', () => {
    const places = [
      ...services,
      ...providers.flatMap(({ provider, operations }) => [
        provider,
        ...operations.map((each) => `${provider}.${each}`),
      ]),
    ];
    expect(places.length).toBeGreaterThan(6);
    for (const kind of inlineCode(kinds)) {
      for (const place of places) {
        const faults = new Faults(`${place}=${kind.replace('<ms>', '5')}*1`);
        const [target = '', operation = 'any'] = place.split('.');
        expect(faults.take(target, operation), `${place}=${kind}`).toBeDefined();
      }
    }
  });

  it("are all that can happen, and so are the providers' operations", () => {
    const complaintAbout = (text: string) => {
      try {
        new Faults().set(text);
        return 'none';
      } catch (error) {
        return String(error);
      }
    };
    expect(providers.map(({ provider }) => provider)).toEqual(['workos', 'google', 'github']);
    for (const { provider, operations } of providers) {
      expect(complaintAbout(`${provider}.none=503`)).toContain(`there are ${operations.join(', ')}.`);
    }
    const complaint = complaintAbout('none=503');
    expect(complaint).toContain(`there are ${[...providers.map(({ provider }) => provider), ...services].join(', ')}.`);
    const [, known = ''] = /kinds: a status from 400 to 599, (.*)\.$/.exec(complaint) ?? [];
    expect(inlineCode(kinds).filter((kind) => Number.isNaN(Number(kind)))).toEqual(known.split(', '));
  });
});

describe('what README says is on AWS', () => {
  const section = readmeSection('On AWS');

  it('are outputs of the stacks', () => {
    const outputNames = Object.keys(deployment.outputs).filter((name) => name.endsWith('Url'));
    const outputs = inlineCode(section).filter((code) => /^[A-Z]\w+Url$/.test(code));
    expect(outputs.toSorted()).toEqual(outputNames.toSorted());
  });

  it('are secrets of the stacks', () => {
    const secrets = inlineCode(section).filter((code) => code.startsWith('gatehouse/'));
    const names = deployment.resources
      .filter(({ type }) => type === 'AWS::SecretsManager::Secret')
      .map(({ properties }) => String(properties['Name']));
    expect(secrets.map((secret) => secret.replace('<stage>', 'local')).toSorted()).toEqual(names.toSorted());
  });
});

describe('what README points at', () => {
  it('is there', () => {
    const [layout] = codeBlocks(readmeSection('Layout'));
    const folders = [...(layout?.code ?? '').matchAll(/^(\w+)\/ /gm)].map(([, folder = '']) => folder);
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = '']) => path);
    const paths = inlineCode(readme).filter((code) => /^(?:docs|lib|functions|test)\/[\w./-]+$/.test(code));
    const all = [...folders, ...links, ...paths];
    expect(all.length).toBeGreaterThan(6);
    expect(all.filter((path) => !existsSync(join(project, path)))).toEqual([]);
  });

  it('is every folder of the project that has sources', () => {
    const sources = globSync('*/**/*.ts', { cwd: project, exclude: ['node_modules', 'cdk.out', 'dist'] });
    const folders = new Set(sources.map((path) => path.split('/')[0]));
    for (const folder of folders) expect(readmeSection('Layout')).toContain(`\n${folder}/ `);
  });
});
