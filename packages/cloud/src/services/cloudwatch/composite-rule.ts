import type { AlarmStateValue } from './alarms.ts'

/** The rule of a composite alarm, read. */
export type AlarmRule =
  | { readonly kind: 'constant'; readonly value: boolean }
  /** True while that alarm, given by name, is in that state. */
  | { readonly kind: 'state'; readonly alarm: string; readonly state: AlarmStateValue }
  | { readonly kind: 'not'; readonly of: AlarmRule }
  | { readonly kind: 'and' | 'or'; readonly left: AlarmRule; readonly right: AlarmRule }

/** A rule that is none; the message says where. */
export class AlarmRuleError extends Error {
  override readonly name = 'AlarmRuleError'
}

const TOKEN =
  /\s*(?:(?<word>AND|OR|NOT|TRUE|FALSE)(?!\w)|(?<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<plain>[^()"]+?))\s*\)|(?<mark>[()]))/iy

/** Deepest nesting, so that no rule exhausts the stack. */
const DEEPEST = 200

type Token =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'mark'; readonly text: string }
  | { readonly kind: 'state'; readonly alarm: string; readonly state: AlarmStateValue }

/**
 * Reads a rule such as `ALARM(a) AND NOT (OK("b") OR TRUE)`; NOT binds tighter than AND, AND tighter than OR. Alarms are
 * named by name or ARN.
 *
 * @throws AlarmRuleError
 * @see CloudWatch API Reference "PutCompositeAlarm", AlarmRule
 */
export function parseAlarmRule(text: string): AlarmRule {
  const tokens = tokenize(text)
  let next = 0
  let depth = 0
  const take = (kind: Token['kind'], wanted: string): boolean => {
    const token = tokens[next]
    if (!token || token.kind !== kind || !('text' in token) || token.text !== wanted) return false
    next++
    return true
  }
  const either = (): AlarmRule => {
    let left = both()
    while (take('word', 'OR')) left = { kind: 'or', left, right: both() }
    return left
  }
  const both = (): AlarmRule => {
    let left = single()
    while (take('word', 'AND')) left = { kind: 'and', left, right: single() }
    return left
  }
  const single = (): AlarmRule => {
    if (++depth > DEEPEST) throw new AlarmRuleError(`AlarmRule is nested deeper than ${DEEPEST} levels`)
    const rule = one()
    depth--
    return rule
  }
  const one = (): AlarmRule => {
    if (take('word', 'NOT')) return { kind: 'not', of: single() }
    if (take('word', 'TRUE')) return { kind: 'constant', value: true }
    if (take('word', 'FALSE')) return { kind: 'constant', value: false }
    if (take('mark', '(')) {
      const inside = either()
      if (!take('mark', ')')) throw new AlarmRuleError('AlarmRule has a parenthesis that is not closed')
      return inside
    }
    const token = tokens[next++]
    if (token?.kind === 'state') return { kind: 'state', alarm: token.alarm, state: token.state }
    throw new AlarmRuleError(token ? `AlarmRule has an unexpected ${token.text}` : 'AlarmRule ends too early')
  }
  const rule = either()
  if (next < tokens.length) throw new AlarmRuleError('AlarmRule goes on after its end')
  return rule
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  const pattern = new RegExp(TOKEN)
  const end = text.trimEnd().length
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex
    const groups = pattern.exec(text)?.groups
    if (!groups) throw new AlarmRuleError(`AlarmRule can't be read from position ${at + 1}`)
    tokens.push(tokenOf(groups))
  }
  return tokens
}

function tokenOf({ word, mark, state, quoted, plain }: Readonly<Record<string, string | undefined>>): Token {
  if (word !== undefined) return { kind: 'word', text: word.toUpperCase() }
  if (mark !== undefined) return { kind: 'mark', text: mark }
  const upper = state?.toUpperCase()
  const value = upper === 'ALARM' || upper === 'OK' ? upper : 'INSUFFICIENT_DATA'
  return { kind: 'state', alarm: alarmName(quoted?.replace(/\\(.)/g, '$1') ?? plain ?? ''), state: value }
}

/** An ARN's last part, or the name itself. */
const alarmName = (text: string): string => (text.startsWith('arn:') ? text.split(':').slice(6).join(':') : text)

/** The names of the alarms that a rule looks at, each once. */
export function alarmsIn(rule: AlarmRule): readonly string[] {
  switch (rule.kind) {
    case 'constant':
      return []
    case 'state':
      return [rule.alarm]
    case 'not':
      return alarmsIn(rule.of)
    default:
      return [...new Set([...alarmsIn(rule.left), ...alarmsIn(rule.right)])]
  }
}

/** Whether the rule holds. An alarm that isn't there is in no state. */
export function holds(rule: AlarmRule, stateOf: (alarm: string) => AlarmStateValue | undefined): boolean {
  switch (rule.kind) {
    case 'constant':
      return rule.value
    case 'state':
      return stateOf(rule.alarm) === rule.state
    case 'not':
      return !holds(rule.of, stateOf)
    case 'and':
      return holds(rule.left, stateOf) && holds(rule.right, stateOf)
    case 'or':
      return holds(rule.left, stateOf) || holds(rule.right, stateOf)
  }
}
