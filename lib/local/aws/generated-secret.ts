/** A secret's value as CloudFormation makes it from `GenerateSecretString`. */
import { randomInt } from 'node:crypto';
import * as v from 'valibot';
import { jsonObject } from '../json-object.ts';

export const generateSecretStringSchema = v.strictObject({
  PasswordLength: v.optional(v.number(), 32),
  ExcludeCharacters: v.optional(v.string(), ''),
  ExcludeLowercase: v.optional(v.boolean(), false),
  ExcludeUppercase: v.optional(v.boolean(), false),
  ExcludeNumbers: v.optional(v.boolean(), false),
  ExcludePunctuation: v.optional(v.boolean(), false),
  IncludeSpace: v.optional(v.boolean(), false),
  RequireEachIncludedType: v.optional(v.boolean(), true),
  SecretStringTemplate: v.optional(v.pipe(v.string(), v.parseJson(), jsonObject)),
  GenerateStringKey: v.optional(v.string()),
});

type Recipe = v.InferOutput<typeof generateSecretStringSchema>;

const lowercase = 'abcdefghijklmnopqrstuvwxyz';
const numbers = '0123456789';
const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** The password alone, or the template's object with the password under its key. */
export function generateSecretString(recipe: Recipe): string {
  const password = generatePassword(recipe);
  const { SecretStringTemplate: template, GenerateStringKey: key } = recipe;
  if (template === undefined && key === undefined) return password;
  if (template === undefined || key === undefined) {
    throw new Error('SecretStringTemplate and GenerateStringKey go together');
  }
  return JSON.stringify({ ...template, [key]: password });
}

function generatePassword(recipe: Recipe): string {
  const types = [
    recipe.ExcludeLowercase ? '' : lowercase,
    recipe.ExcludeUppercase ? '' : lowercase.toUpperCase(),
    recipe.ExcludeNumbers ? '' : numbers,
    recipe.ExcludePunctuation ? '' : punctuation,
    recipe.IncludeSpace ? ' ' : '',
  ]
    .map((type) => Array.from(type).filter((character) => !recipe.ExcludeCharacters.includes(character)))
    .filter((type) => type.length > 0);
  const all = types.flat();
  if (all.length === 0) throw new Error('GenerateSecretString excludes every character');
  for (;;) {
    const password = Array.from({ length: recipe.PasswordLength }, () => all[randomInt(all.length)] ?? '').join('');
    const isComplete = types.every((type) => type.some((character) => password.includes(character)));
    // Drawn anew instead of mended: every password that may come out is equally likely.
    if (isComplete || !recipe.RequireEachIncludedType || recipe.PasswordLength < types.length) return password;
  }
}
