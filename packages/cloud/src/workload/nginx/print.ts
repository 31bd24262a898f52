import type { Directive, Word } from './parse.ts'

/** A word that means exactly this text; variables in it stay variables. */
export function wordOf(text: string): Word {
  if (text !== '' && /^[\w./:=$+*?,~@%-]+$/.test(text)) return { raw: text, text }
  const escaped = text.replace(/\\(?=["'\\trn])|"/g, found => `\\${found}`)
  return { raw: `"${escaped}"`, text }
}

/** A directive of plain texts. */
export const directive = (name: string, ...texts: readonly string[]): Directive => ({
  name,
  words: texts.map(wordOf),
  line: 0,
})

/** Writes a configuration; the words are those that were read. */
export function printNginx(directives: readonly Directive[], indent = ''): string {
  return directives
    .map(({ name, raw: written, words, block }) => {
      const head = `${indent}${[written ?? wordOf(name).raw, ...words.map(({ raw }) => raw)].join(' ')}`
      if (!block) return `${head};\n`
      return `${head} {\n${printNginx(block, `${indent}  `)}${indent}}\n`
    })
    .join('')
}
