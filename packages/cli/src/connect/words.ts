/**
 * The words of a line, as a shell splits them: blanks between words, quotes and backslashes around blanks. Nothing else of a
 * shell is read: `;`, `|`, `$` and `*` are plain characters.
 */
export function wordsOf(line: string): readonly string[] {
  const words: string[] = []
  for (const [, quoted, double, plain] of line.matchAll(/'([^']*)'|"((?:\\.|[^"\\])*)"|((?:\\.|[^\s'"\\])+)/g)) {
    words.push(quoted ?? (double ?? plain ?? '').replace(/\\(.)/g, '$1'))
  }
  return words
}
