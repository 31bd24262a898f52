import { findDefinition, formulaProblem, isAllowed } from './check.ts'
import type { ParameterDefinition } from './definition.ts'
import { type FormulaFacts, resolveValue } from './formula.ts'
import type { GroupParameter, ParameterGroup } from './parameter-group.ts'
import type { Settings } from './settings.ts'

/**
 * The parameters that are in force on one instance, which is less than its group says: static ones, and those that were
 * told to wait, come into force at a reboot; so does another group. RDS User Guide, "Parameter groups for Amazon RDS".
 */
export class InstanceParameters {
  readonly #facts: () => FormulaFacts
  #group: ParameterGroup
  #attachedByReboot = true
  #inForce: ReadonlyMap<string, string | undefined> = new Map()

  /** @param facts what formulas speak of */
  constructor(group: ParameterGroup, facts: () => FormulaFacts) {
    this.#group = group
    this.#facts = facts
  }

  get group(): ParameterGroup {
    return this.#group
  }

  /** In the words of the server. */
  get settings(): Settings {
    return this.#settingsOf([...this.#inForce.keys()])
  }

  /** Whether a reboot would change something. */
  get pending(): boolean {
    return (
      !this.#attachedByReboot ||
      this.#group.parameters.some(({ definition, value }) => this.#inForce.get(definition.name) !== value)
    )
  }

  /** DescribeDBInstances, `ParameterApplyStatus`. */
  get status(): 'in-sync' | 'pending-reboot' {
    return this.pending ? 'pending-reboot' : 'in-sync'
  }

  /** Another group; it counts from the next reboot on. */
  attach(group: ParameterGroup): void {
    if (group === this.#group) return
    this.#group = group
    this.#attachedByReboot = false
  }

  /** All parameters come into force: at a start, at a reboot. */
  applyAll(): void {
    this.#attachedByReboot = true
    this.#inForce = new Map(this.#group.parameters.map(({ definition, value }) => [definition.name, value]))
  }

  /** Those that need no reboot come into force. @returns what changed, in the words of the server */
  applyDynamic(): Settings {
    if (!this.#attachedByReboot) return {}
    const changed = this.#group.parameters.filter(
      each => isImmediate(each) && this.#inForce.get(each.definition.name) !== each.value,
    )
    const before = this.#inForce
    this.#inForce = new Map([...before, ...changed.map(({ definition, value }) => [definition.name, value] as const)])
    return this.#settingsOf(changed.map(({ definition }) => definition.name))
  }

  /** What the group asks for and doesn't get here, as sentences. */
  limitations(identifier: string): readonly string[] {
    return [...this.#group.values].flatMap(([name, { value }]) => {
      const because = obstacle(findDefinition(this.#group.family, name), value)
      if (because === undefined) return []
      return [`${identifier}: the parameter ${name} = ${value} of ${this.#group.name} is not carried out: ${because}`]
    })
  }

  #settingsOf(names: readonly string[]): Settings {
    const settings: Record<string, string> = {}
    for (const name of names) {
      const definition = findDefinition(this.#group.family, name)
      const value = this.#inForce.get(name)
      if (definition?.here.does !== 'setting' || obstacle(definition, value ?? '') !== undefined) continue
      const { here } = definition
      // Absent: back to the engine's own default.
      const resolved = value === undefined ? '' : resolveValue(value, this.#facts())
      settings[here.name ?? name] = value === undefined ? '' : (here.convert?.(resolved) ?? resolved)
    }
    return settings
  }
}

const isImmediate = ({ definition, source, method }: GroupParameter): boolean =>
  definition.apply === 'dynamic' && (source !== 'user' || method === 'immediate')

function obstacle(definition: ParameterDefinition | undefined, value: string): string | undefined {
  if (!definition) return 'the local server has no such parameter, or it is not known here'
  if (value !== '' && !isAllowed(definition, value)) return `allowed is ${definition.allowed ?? 'any text'}`
  if (definition.here.does === 'refuse' && value !== definition.value) return definition.here.because
  return definition.here.does === 'setting' ? formulaProblem(value) : undefined
}
