/**
 * Modules: permissions beyond sign-in that a user grants when they need them. Each is one file in `functions/shared/modules/`,
 * named as the module, and one line in the stage's settings that switches it on.
 */
import * as v from 'valibot';

export const providerNames = ['google', 'github'] as const;
export type ProviderName = (typeof providerNames)[number];

const moduleTexts = v.object({
  /** As the account page and the question before a consent name it. */
  title: v.string(),
  /** What it is for, in one sentence. */
  purpose: v.string(),
  /** What each of `scopes` allows, in plain words: `Read, write and delete your mail`. */
  scopes: v.record(v.string(), v.string()),
});

const moduleDefinition = v.object({
  provider: v.picklist(providerNames),
  /** Asked for, and all needed: a consent that leaves one out does not connect (`scope_missing`). */
  scopes: v.pipe(v.array(v.string()), v.readonly()),
  texts: v.object({ en: moduleTexts, zh: moduleTexts }),
});

export type ModuleDefinition = v.InferOutput<typeof moduleDefinition>;
export type ModuleTexts = v.InferOutput<typeof moduleTexts>;

/** What a file of `functions/shared/modules/` exports. */
export const moduleFile = v.object({ definition: moduleDefinition });

/** `workos`: by an AuthKit authorization with the provider. `direct`: by our own code flow with the provider. */
export const connectVias = ['workos', 'direct'] as const;
export type ConnectVia = (typeof connectVias)[number];

/** A module that the stage's settings switch on. */
export interface Module extends ModuleDefinition {
  /** Its file's name: lower case and dashes. */
  readonly name: string;
  readonly connectVia: ConnectVia;
}

/** `MODULES` in a function's environment: the settings as they are, modules by name. */
export const moduleSettings = v.record(v.string(), v.object({ connectVia: v.picklist(connectVias) }));
export type ModuleSettings = v.InferOutput<typeof moduleSettings>;

export function findModule(modules: readonly Module[], name: string): Module | undefined {
  return modules.find((module) => module.name === name);
}
