import { messageOf } from '@terrace/kit'
import { InvalidParameterValue } from '../errors.ts'
import type { ParameterDefinition } from './definition.ts'
import { isFormula, resolveValue } from './formula.ts'
import { MYSQL_PARAMETERS } from './mysql.ts'
import { POSTGRES_PARAMETERS } from './postgres.ts'

/** The parameters of a family such as `mysql8.4` or `postgres15`. */
export const definitionsOf = (family: string): readonly ParameterDefinition[] =>
  family.startsWith('postgres') ? POSTGRES_PARAMETERS : MYSQL_PARAMETERS

export const findDefinition = (family: string, name: string): ParameterDefinition | undefined =>
  definitionsOf(family).find(definition => definition.name === name.toLowerCase())

/** Whether a value is among those that AWS allows; formulas are looked at when they are computed. */
export function isAllowed({ allowed, type }: ParameterDefinition, value: string): boolean {
  if (isFormula(value)) return true
  const isNumber = type === 'integer' || type === 'float'
  if (isNumber && !(type === 'integer' ? /^-?\d+$/ : /^-?\d+(\.\d+)?$/).test(value)) return false
  if (allowed === undefined) return true
  const range = isNumber && /^(-?[\d.e+]+)-([\d.e+]+)$/.exec(allowed)
  if (range) return Number(value) >= Number(range[1]) && Number(value) <= Number(range[2])
  const choices = allowed.split(',')
  const given = type === 'list' ? value.split(',') : [value]
  if (type === 'boolean') given.splice(0, 1, BOOLEANS[value.toUpperCase()] ?? value)
  return given.every(each => choices.includes(each.trim()))
}

const BOOLEANS: Readonly<Record<string, string>> = { ON: '1', OFF: '0', TRUE: '1', FALSE: '0' }

/**
 * A parameter that may be set to this value here.
 * @throws InvalidParameterValue as on AWS for a name or a value that is not allowed, and for what can't be done here
 */
export function checkParameter(family: string, name: string, value: string): ParameterDefinition {
  const definition = findDefinition(family, name)
  if (!definition) throw new InvalidParameterValue(`Could not find parameter with name: ${name}`)
  if (!isAllowed(definition, value)) {
    throw new InvalidParameterValue(
      `Invalid parameter value: ${value} for: ${name} allowed values are: ${definition.allowed ?? 'any'}`,
    )
  }
  const broken = value === definition.value ? undefined : formulaProblem(value)
  if (broken !== undefined) throw new InvalidParameterValue(`Invalid parameter value: ${value} for: ${name}: ${broken}`)
  const { here } = definition
  if (here.does === 'refuse' && value !== definition.value) {
    throw new InvalidParameterValue(
      `The value ${value} for ${name} is not emulated by the local cloud: ${here.because}; it must be ${definition.value}`,
    )
  }
  return definition
}

/** What is wrong with a formula; nothing when it can be computed, or is none. */
export function formulaProblem(value: string): string | undefined {
  try {
    resolveValue(value, { instanceClass: 'db.t3.micro', storageGiB: 20, port: 3306 })
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}
