/** Follows README's "A module of your own": the file is the one that ships, and the line is all that switches it on. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { App } from 'aws-cdk-lib/core';
import { Code } from 'aws-cdk-lib/aws-lambda';
import * as v from 'valibot';
import { describe, expect, it, onTestFinished } from 'vitest';
import { moduleCards } from '../../functions/shared/pages/module-cards.ts';
import { loadModules } from '../../functions/shared/wiring/load-modules.ts';
import { DataStack } from '../../lib/data-stack.ts';
import { moduleSettings } from '../../lib/module-settings.ts';
import { ServiceStack } from '../../lib/service-stack.ts';
import { settingsFor, type StageSettings } from '../../lib/stages.ts';
import { codeBlocks, readmeSection } from '../support/readme.ts';
import { functionsOf, type Template, templateSchema } from './templates.ts';

const [file, line] = codeBlocks(readmeSection('A module of your own'));
const modules = v.parse(v.object({ modules: moduleSettings }), runInNewContext(`({ ${line?.code} })`)).modules;

describe("README's module of one's own", () => {
  it('is the file that ships', () => {
    expect(file?.title).toBe('functions/shared/modules/google-calendar.ts');
    expect(file?.code).toBe(readFileSync(join(import.meta.dirname, '../..', file?.title ?? ''), 'utf8'));
  });

  it('is switched off in every stage', () => {
    for (const stage of ['local', 'dev', 'prod'] as const) {
      expect(settingsFor(stage, {}).modules).not.toHaveProperty('google-calendar');
    }
  });

  it('has a card on the account page once the line is there', async () => {
    const cards = (await loadModules(modules)).map((module) => ({ module, connection: undefined }));
    const shown = moduleCards(cards, { language: 'en', isReadOnly: false })?.toString() ?? '';
    expect(shown).toContain('>Google Calendar</h3>');
    expect(shown).toContain('<li>See your calendars and what is in them</li>');
    expect(shown).toContain('href="/oauth/google-calendar/connect?return_to=/dashboard"');
  });

  it('has keys of its own then, for whoever may open every module, and for nobody else', () => {
    const purposesOf = (permissions: readonly string[]) =>
      new Set(permissions.join().match(/(?<=module-tokens:)[\w-]+/g));
    const opening = functionsOf(serviceWith(modules)).map(({ permissions }) => purposesOf(permissions));
    const openingEvery = opening.filter((purposes) => purposes.has('gmail') && purposes.has('github'));
    expect(openingEvery.length).toBeGreaterThan(2);
    expect(opening.filter((purposes) => purposes.has('google-calendar'))).toEqual(openingEvery);
  });

  it('is told to every function that is told of modules', () => {
    const told = functionsOf(serviceWith(modules)).flatMap(({ Environment }) => Environment.Variables['MODULES'] ?? []);
    expect(told.length).toBeGreaterThan(5);
    for (const variable of told) expect(JSON.parse(v.parse(v.string(), variable))).toEqual(modules);
  });
});

function serviceWith(switchedOn: StageSettings['modules']): Template {
  const outdir = mkdtempSync(join(tmpdir(), 'gatehouse-modules-'));
  onTestFinished(() => rmSync(outdir, { recursive: true }));
  const app = new App({ outdir, analyticsReporting: false });
  const settings = { ...settingsFor('dev', {}), modules: switchedOn };
  const data = new DataStack(app, { settings });
  const service = new ServiceStack(app, { settings, data, codeOf: () => Code.fromInline('placeholder') });
  return v.parse(templateSchema, app.synth().getStackArtifact(service.artifactId).template);
}
