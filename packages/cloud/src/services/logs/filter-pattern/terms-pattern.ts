import type { FilterPattern } from './pattern.ts'
import { PatternError } from './pattern-error.ts'
import { regexTest, type TextTest } from './text-test.ts'

const TERM = /\s*(?<sign>[-?]?)(?:"(?<quoted>(?:[^"\\]|\\.)*)"|%(?<regex>[^%]*)%|(?<plain>[^\s"%]+))/y

const NOTHING_EXTRACTED = { extracted: {}, field: () => undefined }

/**
 * Terms that are in the message: all plain ones, none with a minus sign; or, when there are only terms with a question mark,
 * one of them. Beside other terms those with a question mark are ignored, as AWS does it.
 */
export function termsPattern(text: string): FilterPattern {
  const terms: Record<'' | '-' | '?', TextTest[]> = { '': [], '-': [], '?': [] }
  const pattern = new RegExp(TERM)
  const end = text.trimEnd().length
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex
    const groups = pattern.exec(text)?.groups
    if (!groups) throw new PatternError(`it can't be read from position ${at + 1}`)
    const sign = groups.sign === '-' ? '-' : groups.sign === '?' ? '?' : ''
    terms[sign].push(termTest(groups))
  }
  const { '': all, '-': none, '?': some } = terms
  const alternatives = all.length === 0 && none.length === 0 ? some : []
  return {
    match(message) {
      const matches =
        all.every(test => test(message)) &&
        !none.some(test => test(message)) &&
        (alternatives.length === 0 || alternatives.some(test => test(message)))
      return matches ? NOTHING_EXTRACTED : undefined
    },
  }
}

function termTest({ quoted, regex, plain }: Readonly<Record<string, string | undefined>>): TextTest {
  if (regex !== undefined) return regexTest(regex)
  const term = quoted?.replace(/\\(.)/g, '$1') ?? plain ?? ''
  return message => message.includes(term)
}
