import { definitionsOf } from './check.ts'
import type { ParameterDefinition } from './definition.ts'

/** A value that somebody gave. */
export interface UserValue {
  readonly value: string
  readonly method: ApplyMethod
}

export type ApplyMethod = 'immediate' | 'pending-reboot'

/** One parameter as a group tells it. */
export interface GroupParameter {
  readonly definition: ParameterDefinition
  /** Absent: the engine's own default. */
  readonly value: string | undefined
  readonly source: 'user' | 'system' | 'engine-default'
  readonly method: ApplyMethod
}

/** A DB parameter group. RDS User Guide, "Parameter groups for Amazon RDS". */
export class ParameterGroup {
  readonly name: string
  readonly family: string
  readonly description: string
  readonly arn: string
  readonly tags: Readonly<Record<string, string>>
  /** Of RDS itself: it can't be changed. */
  readonly isDefault: boolean
  readonly #values: Map<string, UserValue>

  constructor(options: {
    readonly name: string
    readonly family: string
    readonly description: string
    readonly arn: string
    readonly tags?: Readonly<Record<string, string>>
    readonly isDefault?: boolean
    readonly values?: Readonly<Record<string, string>>
  }) {
    this.name = options.name
    this.family = options.family
    this.description = options.description
    this.arn = options.arn
    this.tags = options.tags ?? {}
    this.isDefault = options.isDefault ?? false
    this.#values = new Map(
      Object.entries(options.values ?? {}).map(([name, value]) => [name.toLowerCase(), { value, method: 'immediate' }]),
    )
  }

  /** What somebody gave, by name. */
  get values(): ReadonlyMap<string, UserValue> {
    return this.#values
  }

  get parameters(): readonly GroupParameter[] {
    return definitionsOf(this.family).map(definition => {
      const given = this.#values.get(definition.name)
      return {
        definition,
        value: given?.value ?? definition.value,
        source: given ? 'user' : definition.value === undefined ? 'engine-default' : 'system',
        method: given?.method ?? 'pending-reboot',
      }
    })
  }

  set(name: string, value: UserValue): void {
    this.#values.set(name.toLowerCase(), value)
  }

  reset(name: string): void {
    this.#values.delete(name.toLowerCase())
  }

  resetAll(): void {
    this.#values.clear()
  }
}
