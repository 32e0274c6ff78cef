/** What each failure is called and what it means to the person in front of it, by language. */
import type { AuthErrorCode } from '../domain/auth-error.ts';
import { englishErrorTexts } from './error-texts-en.ts';
import { chineseErrorTexts } from './error-texts-zh.ts';
import type { Language } from './language.ts';

export interface ErrorText {
  readonly title: string;
  /** What happened, whether anything changed, and what to do. */
  readonly explanation: string;
}

/** The lists are `satisfies Record<AuthErrorCode, …>` too: a code without a text in either language does not compile. */
export const errorTexts: Readonly<Record<Language, Readonly<Record<AuthErrorCode, ErrorText>>>> = {
  en: englishErrorTexts,
  zh: chineseErrorTexts,
};
