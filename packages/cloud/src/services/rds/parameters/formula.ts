import { memoryOf } from '../limits.ts'

/** What formulas may speak of. RDS User Guide, "DB parameter formula variables". */
export interface FormulaFacts {
  readonly instanceClass: string
  readonly storageGiB: number
  readonly port: number
}

/**
 * The number or text that a parameter's value stands for: `{DBInstanceClassMemory/12582880}`,
 * `LEAST({DBInstanceClassMemory/9531392},5000)`, `{log(DBInstanceClassMemory/8187281418)*1000}`. Whole numbers, rounded down.
 *
 * @see RDS User Guide, "Specifying DB parameters". differs: DBInstanceClassMemory is all of the class's memory
 * @throws SyntaxError that says what is wrong with the formula
 */
export function resolveValue(value: string, facts: FormulaFacts): string {
  if (!isFormula(value)) return value
  const reader = new Reader(value, variablesOf(facts))
  const result = reader.expression()
  reader.end()
  return String(Math.floor(result))
}

/** Whether a value is to be computed. */
export const isFormula = (value: string): boolean => /^\s*(\{|GREATEST\(|LEAST\(|SUM\()/i.test(value)

const GIB = 1024 ** 3

function variablesOf({ instanceClass, storageGiB, port }: FormulaFacts): ReadonlyMap<string, number> {
  return new Map([
    ['DBInstanceClassMemory', memoryOf(instanceClass)],
    ['AllocatedStorage', storageGiB * GIB],
    ['EndPointPort', port],
    // Burstable and small classes have two.
    ['DBInstanceVCPU', Math.max(2, memoryOf(instanceClass) / GIB / 4)],
  ])
}

const FUNCTIONS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  GREATEST: values => Math.max(...values),
  LEAST: values => Math.min(...values),
  SUM: values => values.reduce((sum, value) => sum + value, 0),
  // "The log function returns the log base 2 of the specified value."
  LOG: ([value = 1]) => Math.log2(value),
}

/** A formula, read from left to right. */
class Reader {
  readonly #text: string
  readonly #tokens: string[]
  readonly #variables: ReadonlyMap<string, number>

  constructor(text: string, variables: ReadonlyMap<string, number>) {
    this.#text = text
    this.#tokens = text.match(/\d+(\.\d+)?|\w+|[^\s\w]/g) ?? []
    this.#variables = variables
  }

  expression(): number {
    let value = this.#factor()
    while (this.#tokens[0] === '*' || this.#tokens[0] === '/') {
      value = this.#tokens.shift() === '*' ? value * this.#factor() : value / this.#factor()
    }
    return value
  }

  end(): void {
    if (this.#tokens.length > 0) this.#fail(`${this.#tokens[0]} is one too many`)
  }

  #factor(): number {
    const token = this.#tokens.shift() ?? this.#fail('it ends too early')
    if (/^\d/.test(token)) return Number(token)
    if (token === '{' || token === '(') {
      const inner = this.expression()
      this.#take(token === '{' ? '}' : ')')
      return inner
    }
    const call = FUNCTIONS[token.toUpperCase()]
    if (call && this.#tokens[0] === '(') return call(this.#arguments())
    return this.#variables.get(token) ?? this.#fail(`${token} is no variable; there are ${this.#names()}`)
  }

  #arguments(): readonly number[] {
    const values: number[] = []
    do {
      this.#tokens.shift()
      values.push(this.expression())
    } while (this.#tokens[0] === ',')
    this.#take(')')
    return values
  }

  #take(wanted: string): void {
    if (this.#tokens.shift() !== wanted) this.#fail(`${wanted} is missing`)
  }

  #names(): string {
    return [...this.#variables.keys()].join(', ')
  }

  #fail(because: string): never {
    throw new SyntaxError(`the formula ${this.#text} can't be computed: ${because}`)
  }
}
