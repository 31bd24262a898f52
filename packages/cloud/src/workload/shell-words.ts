/** The words of a line of a shell, as far as it only runs one program; nothing when it does more. */
export function wordsOf(line: string): readonly string[] | undefined {
  const command = line.replace(/\s*\|\|\s*(exit\s+1|false)\s*$/, '').replace(/\s*(\d?>\s*\/dev\/null|2>&1)/g, '')
  const words = [...command.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|((?:[^\s"'\\]|\\.)+)/g)]
  const outside = words.flatMap(([, double, single, bare]) => ((double ?? single) === undefined ? [bare ?? ''] : []))
  if (outside.some(word => /[|&;<>()$`*\\]/.test(word))) return undefined
  if (words.some(([, double]) => double !== undefined && /[$`]/.test(double))) return undefined
  return words.map(([, double, single, bare]) => double?.replace(/\\(["\\])/g, '$1') ?? single ?? bare ?? '')
}
