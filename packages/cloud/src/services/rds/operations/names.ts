import { InvalidParameterValue } from '../errors.ts'

/** RDS API Reference, "CreateDBSnapshot", "CreateDBParameterGroup" and others: the constraints on identifiers. */
export function checkName(parameter: string, name: string, longest: number): void {
  const valid = /^[a-z](-?[a-z0-9])*$/i.test(name) && name.length <= longest
  if (valid) return
  throw new InvalidParameterValue(
    `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII ` +
      `letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
  )
}
