import { type ByteSet, badPattern, type Expression, isWord, parsePattern } from './parse.ts'

type Instruction =
  | { readonly kind: 'set'; readonly bytes: ByteSet; readonly next: number }
  | { readonly kind: 'assert'; readonly at: 'start' | 'end' | 'word' | 'noWord'; readonly next: number }
  | { readonly kind: 'split'; readonly next: readonly number[] }
  | { readonly kind: 'match' }

/** What an expression may unfold to: bounds the work for one character. */
const MOST_INSTRUCTIONS = 4000
/** States that are kept; after that they are found again. */
const MOST_STATES = 500
const END = 256
const AT_START = 0
const AFTER_WORD = 1
const AFTER_OTHER = 2

/** Where a search stands: instructions to go on with, and what came before. */
interface State {
  readonly threads: readonly number[]
  readonly before: number
  readonly next: (State | 'match' | undefined)[]
}

/**
 * A regular expression that is searched for in time that grows with the length of the text alone, whatever the expression
 * is: all its ways are followed at once, so that there is no going back, and no text of a client can hold up the event loop.
 */
export class Pattern {
  readonly #program: readonly Instruction[]
  #states = new Map<string, State>()
  #start: State

  /** @throws TerraceError FIREWALL_PATTERN */
  constructor(source: string) {
    this.#program = compile(source, parsePattern(source))
    this.#start = this.#stateOf([0], AT_START)
  }

  /** Whether it matches anywhere. @param text  one character a byte */
  test(text: string): boolean {
    let state = this.#start
    for (let index = 0; index <= text.length; index++) {
      const code = index === text.length ? END : text.charCodeAt(index) & 255
      const known = state.next[code]
      const next = known ?? this.#step(state, code)
      if (known === undefined) state.next[code] = next
      if (next === 'match') return true
      state = next
    }
    return false
  }

  #step(state: State, code: number): State | 'match' {
    const reached = new Set<number>()
    const stack = [...state.threads]
    const next = new Set<number>()
    while (stack.length > 0) {
      const at = stack.pop() ?? 0
      if (reached.has(at)) continue
      reached.add(at)
      const instruction = this.#program[at]
      if (instruction?.kind === 'match') return 'match'
      if (instruction?.kind === 'split') stack.push(...instruction.next)
      if (instruction?.kind === 'assert' && holds(instruction.at, state.before, code)) stack.push(instruction.next)
      if (instruction?.kind === 'set' && code !== END && instruction.bytes[code]) next.add(instruction.next)
    }
    next.add(0)
    return this.#stateOf(
      [...next].sort((a, b) => a - b),
      code !== END && isWord(code) ? AFTER_WORD : AFTER_OTHER,
    )
  }

  #stateOf(threads: readonly number[], before: number): State {
    const key = `${before} ${threads.join(' ')}`
    const known = this.#states.get(key)
    if (known) return known
    const made: State = { threads, before, next: [] }
    if (this.#states.size >= MOST_STATES) {
      this.#states = new Map()
      this.#start = { threads: [0], before: AT_START, next: [] }
    }
    this.#states.set(key, made)
    return made
  }
}

function holds(at: 'start' | 'end' | 'word' | 'noWord', before: number, code: number): boolean {
  if (at === 'start') return before === AT_START
  if (at === 'end') return code === END
  const isBoundary = (before === AFTER_WORD) !== (code !== END && isWord(code))
  return isBoundary === (at === 'word')
}

function compile(source: string, expression: Expression): readonly Instruction[] {
  const program: (Instruction | undefined)[] = [undefined]
  const add = (instruction: Instruction): number => {
    if (program.length >= MOST_INSTRUCTIONS) throw badPattern(source, 'its repetitions unfold to too much')
    return program.push(instruction) - 1
  }
  // From the end to the beginning: each part is told what follows.
  const emit = (part: Expression, next: number): number => {
    switch (part.kind) {
      case 'set':
        return add({ kind: 'set', bytes: part.bytes, next })
      case 'assert':
        return add({ kind: 'assert', at: part.at, next })
      case 'sequence':
        return part.items.reduceRight((after, item) => emit(item, after), next)
      case 'choice':
        return add({ kind: 'split', next: part.items.map(item => emit(item, next)) })
      case 'repeat':
        return repeat(part, next)
    }
  }
  const repeat = ({ item, least, most }: Extract<Expression, { kind: 'repeat' }>, next: number): number => {
    let after = next
    if (most === Number.POSITIVE_INFINITY) {
      const loop = add({ kind: 'split', next: [] })
      program[loop] = { kind: 'split', next: [emit(item, loop), next] }
      after = loop
    } else {
      for (let count = least; count < most; count++) after = add({ kind: 'split', next: [emit(item, after), next] })
    }
    for (let count = 0; count < least; count++) after = emit(item, after)
    return after
  }
  const match = add({ kind: 'match' })
  const first = emit(expression, match)
  program[0] = { kind: 'split', next: [first] }
  return program.map(instruction => instruction ?? { kind: 'match' })
}
