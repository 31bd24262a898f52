import type { FilterPattern } from './pattern.ts'
import { PatternError } from './pattern-error.ts'
import { type Comparison, comparisonTest, regexTest, type TextTest } from './text-test.ts'

interface Field {
  /** Absent: it is told by its number. */
  readonly name: string | undefined
  readonly test: TextTest
}

type Slot = Field | 'ellipsis'

/** Fields between spaces; what is in brackets or quotation marks is one field. */
const FIELD = /\[([^\]]*)\]|"((?:[^"\\]|\\.)*)"|(\S+)/g

/** `[ip, user, ..., status = 4* && status != 404, bytes > 1000]`; `...` stands for any number of fields. */
export function fieldsPattern(text: string): FilterPattern {
  if (!text.endsWith(']')) throw new PatternError('a space-delimited pattern ends with ]')
  const slots = splitFields(text.slice(1, -1)).map(readSlot)
  const ellipsis = slots.indexOf('ellipsis')
  if (ellipsis !== slots.lastIndexOf('ellipsis')) throw new PatternError('it has more than one ellipsis')
  const before = fieldsIn(ellipsis < 0 ? slots : slots.slice(0, ellipsis))
  const after = fieldsIn(ellipsis < 0 ? [] : slots.slice(ellipsis + 1))
  return {
    match(message) {
      const values = [...message.matchAll(FIELD)].map(
        ([, bracketed, quoted, plain]) => bracketed ?? quoted ?? plain ?? '',
      )
      const spare = values.length - before.length - after.length
      if (spare < 0 || (ellipsis < 0 && spare > 0)) return undefined
      const skipped = Array.from({ length: spare }, (): Field => ({ name: undefined, test: () => true }))
      const fields = [...before, ...skipped, ...after]
      if (!fields.every(({ test }, i) => test(values[i] ?? ''))) return undefined
      const named = fields.map(({ name }, i) => [`$${name ?? i + 1}`, values[i] ?? ''])
      const extracted: Readonly<Record<string, string>> = Object.fromEntries(named)
      return { extracted, field: selector => extracted[selector] }
    },
  }
}

const fieldsIn = (slots: readonly Slot[]): readonly Field[] =>
  slots.flatMap(slot => (slot === 'ellipsis' ? [] : [slot]))

function splitFields(text: string): readonly string[] {
  const fields = ['']
  let quote: string | undefined
  for (const character of text) {
    if (character === quote) quote = undefined
    else if (quote === undefined && (character === '"' || character === '%')) quote = character
    if (character === ',' && quote === undefined) fields.push('')
    else fields[fields.length - 1] += character
  }
  return fields.map(field => field.trim())
}

const CONDITION =
  /^\s*(?<name>[A-Za-z_][\w-]*)\s*(?<operator><=|>=|!=|=\s*!|[=<>])\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|%(?<regex>[^%]*)%|(?<word>[^\s"%]+))\s*$/

function readSlot(text: string): Slot {
  if (text === '...' || text === '…') return 'ellipsis'
  if (text === '') return { name: undefined, test: () => true }
  if (/^[A-Za-z_][\w-]*$/.test(text)) return { name: text, test: () => true }
  const names = new Set<string>()
  // && binds tighter than ||.
  const alternatives = text.split('||').map(part => part.split('&&').map(each => readCondition(each, names)))
  const [name, other] = names
  if (other !== undefined) throw new PatternError(`the field ${name} has a condition on ${other}`)
  return { name, test: value => alternatives.some(all => all.every(test => test(value))) }
}

function readCondition(text: string, names: Set<string>): TextTest {
  const groups = CONDITION.exec(text)?.groups
  if (!groups) throw new PatternError(`"${text.trim()}" is not a condition`)
  const { name = '', operator = '=', quoted, regex, word = '' } = groups
  names.add(name)
  // `w1=!ERROR` is an old spelling of `w1!=ERROR`.
  const comparison = operator.startsWith('=') && operator.endsWith('!') ? '!=' : operator
  if (regex !== undefined) {
    const test = regexTest(regex)
    if (comparison === '=') return test
    if (comparison === '!=') return value => !test(value)
    throw new PatternError(`a regular expression can't be compared with ${comparison}`)
  }
  return comparisonTest(asComparison(comparison), {
    text: quoted?.replace(/\\(.)/g, '$1') ?? word,
    quoted: quoted !== undefined,
  })
}

const asComparison = (text: string): Comparison =>
  (['=', '!=', '<', '<=', '>', '>='] as const).find(each => each === text) ?? '='
