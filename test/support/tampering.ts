/** What somebody could make of a seal without its key, one small change at a time. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The text with each character in turn replaced by one that decodes to other bytes, also where only its first bits count. */
export function everyTamperedVersion(text: string): readonly string[] {
  return text.split('').map((character, index) => {
    const other = alphabet[alphabet.indexOf(character) ^ 32] ?? 'A';
    return text.slice(0, index) + other + text.slice(index + 1);
  });
}

/** From nothing to all but the last character. */
export function everyShorterVersion(text: string): readonly string[] {
  return Array.from({ length: text.length }, (_, length) => text.slice(0, length));
}

/** The text with another last character of base64url: some of them decode to the very same bytes. */
export function everyOtherEnding(text: string): readonly string[] {
  const versions = alphabet.split('').map((character) => text.slice(0, -1) + character);
  return versions.filter((version) => version !== text);
}
