/** README.md, taken apart: its sections, code blocks, tables and what stands in backticks. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

export interface CodeBlock {
  readonly language: string;
  /** What the comment in its first line says, such as the file that it belongs into. */
  readonly title: string | undefined;
  /** Without that line. */
  readonly code: string;
}

/** @throws Error when README has no such section. */
export function readmeSection(heading: string): string {
  const text = readme.split(/^## /m).find((section) => section.startsWith(`${heading}\n`));
  if (text === undefined) throw new Error(`README.md has no section "${heading}"`);
  return text;
}

export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(\w*)\n(?:\/\/ ([^\n]*)\n)?(.*?)^```$/gms)].map(
    ([, language = '', title, code = '']) => ({ language, title, code }),
  );
}

export function inlineCode(markdown: string): string[] {
  return [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

/** Cells of all tables' rows, without heads and rules. */
export function tableRows(markdown: string): string[][] {
  const lines = markdown.split('\n');
  const isTable = (line: string | undefined) => line?.startsWith('|') ?? false;
  return lines
    .filter((line, index) => isTable(line) && !isRule(line) && !isRule(lines[index + 1] ?? ''))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const isRule = (line: string) => /^[|\s:-]+$/.test(line) && line.includes('---');
