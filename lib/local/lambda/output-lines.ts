/** Splits what an instance writes into lines, and finds the marks by which its bootstrap says that an invocation has written all. */
import type { Readable } from 'node:stream';

export interface OutputLines {
  /**
   * Resolves when everything in front of this invocation's mark has been passed on.
   * @returns false when the stream ended without one: the process is gone.
   */
  hasMark(requestId: string): Promise<boolean>;
}

/** Output without a final line break stands in front of the mark, on the same line. */
const markedLine = /^(?<line>.*)\0(?<mark>[0-9a-f-]{36})$/;

export function readOutput(stream: Readable, onLine: (line: string) => void): OutputLines {
  let rest = '';
  let hasEnded = false;
  const marks = new Map<string, PromiseWithResolvers<boolean>>();

  function markOf(requestId: string): PromiseWithResolvers<boolean> {
    const mark = marks.get(requestId) ?? Promise.withResolvers<boolean>();
    marks.set(requestId, mark);
    if (hasEnded) mark.resolve(false);
    return mark;
  }

  function pass(text: string): void {
    const { line = text, mark } = markedLine.exec(text)?.groups ?? {};
    if (line !== '') onLine(line);
    if (mark !== undefined) markOf(mark).resolve(true);
  }

  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(pass);
  });
  stream.on('close', () => {
    hasEnded = true;
    pass(rest);
    for (const mark of marks.values()) mark.resolve(false);
  });

  return {
    async hasMark(requestId) {
      const marked = await markOf(requestId).promise;
      marks.delete(requestId);
      return marked;
    },
  };
}
